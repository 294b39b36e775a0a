# The same as the npm scripts, under the names that operators of such services know.
# Settings are environment variables: `make run SERVER_PORT=4000`.

.DEFAULT_GOAL := help
.PHONY: help build run run-dev migrate backup restore up logs stop deploy test test-services test-conformance lint demo clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: node_modules ## compile into dist/
	npm run build

run: node_modules ## build and serve
	npm start

run-dev: node_modules ## serve from the sources, restart when they change
	npm run dev

migrate: node_modules ## bring the database to this version's schema
	npm run migrate

backup: node_modules ## back up the database into ./backups (or BACKUP=file), also while it serves
	npm run backup -- $(if $(BACKUP),"$(BACKUP)")

restore: node_modules ## restore BACKUP=file into an empty database, while no service runs
	@test -n "$(BACKUP)" || { echo 'Which one? make restore BACKUP=backups/…'; exit 1; }
	npm run restore -- "$(BACKUP)"

up: ## the service, PostgreSQL and Redis by Docker Compose, as .env says
	docker compose up --detach --build

logs: ## follow what they say
	docker compose logs --follow --tail=100

stop: ## stop them; the data stays
	docker compose stop

deploy: ## into a cluster: OVERLAY=staging or production, TAG of the image
	ops/deploy.sh $(OVERLAY) $(TAG)

test: node_modules ## all tests that need nothing but Node
	npm test

test-services: node_modules ## tests on a private PostgreSQL and Redis
	npm run test:services

test-conformance: node_modules ## the conformance kit, on both databases and against a broken service
	npm run test:conformance

lint: node_modules ## types, lint, formatting, lexicons
	npm run types
	npm run lint
	npm run codegen:check

demo: node_modules ## watch real MLS clients talk through a private service
	npm run demo

clean: ## remove what was built; data stays
	rm -rf dist coverage

node_modules: package.json package-lock.json
	npm ci
	@touch node_modules
