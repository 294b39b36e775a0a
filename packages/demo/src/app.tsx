export function App() {
  return (
    <main>
      <h1>Catbird</h1>
    </main>
  )
}
