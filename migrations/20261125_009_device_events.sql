-- Device events by whose device it is: an account that was away reads those of whom it shares a conversation
-- with, however many others there were.
CREATE INDEX event_stream_of_device_subject ON event_stream ((payload->>'subject'), xid, id)
  WHERE kind = 'device';
