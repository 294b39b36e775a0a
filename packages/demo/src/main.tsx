import { render } from 'preact'
import { App } from './app.js'
import { applyTheme } from './model/preferences.js'
import { followAddress } from './model/route.js'
import './styles/index.css'

applyTheme()
followAddress()
render(<App />, document.getElementById('app')!)
