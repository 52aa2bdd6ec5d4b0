/** Parameters of the address, for what is shown by them. */
import { useEffect, useState } from 'preact/hooks';
import { asked, follow, type Parameters, tell } from '../address';

const TOLD = 'jmmc-told';

/** A parameter as it is now; going back and forward change it, as `step` does. */
export function useParameter(name: string): string {
  return useParameters().get(name) ?? '';
}

/** All of them. */
export function useParameters(): URLSearchParams {
  const [parameters, setParameters] = useState(asked);
  useEffect(() => {
    const changed = () => setParameters(asked());
    addEventListener(TOLD, changed);
    const unfollow = follow(changed);
    return () => {
      removeEventListener(TOLD, changed);
      unfollow();
    };
  }, []);
  return parameters;
}

/** Say parameters in the address, as a step to come back from, and have what shows them know. */
export function step(parameters: Parameters): void {
  tell(parameters, { step: true });
  dispatchEvent(new Event(TOLD));
}
