/** Says to the test files what the set-up found: they run in processes of their own, which inherit the environment. */
const FOUND = 'SEEDLOT_TESTS_FOUND_DOCKER';

/** Asks once, before the first test: testcontainers knows all the places where a container runtime may listen. */
export async function findDocker(): Promise<void> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  process.env[FOUND] = await getContainerRuntimeClient().then(
    () => 'true',
    () => '',
  );
}

export function hasDocker(): boolean {
  return process.env[FOUND] === 'true';
}
