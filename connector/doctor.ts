export async function doctor(_env: NodeJS.ProcessEnv): Promise<number> {
  return 0
}
