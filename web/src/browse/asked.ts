import { type Inputs, useEffect, useState } from 'preact/hooks';

export interface Answered<Value> {
  value: Value | null;
  /** Why there is none; '' where nothing has failed. */
  failure: string;
  waiting: boolean;
}

/** What is answered to a question, which is asked again when something it depends on changes; until then the last answer. */
export function useAnswer<Value>(question: (signal: AbortSignal) => Promise<Value>, inputs: Inputs): Answered<Value> {
  const [answered, setAnswered] = useState<Answered<Value>>({ value: null, failure: '', waiting: true });
  useEffect(() => {
    const aborted = new AbortController();
    setAnswered((last) => ({ ...last, waiting: true }));
    question(aborted.signal)
      .then((value) => setAnswered({ value, failure: '', waiting: false }))
      .catch((error: Error) => {
        if (!aborted.signal.aborted) setAnswered({ value: null, failure: error.message, waiting: false });
      });
    return () => aborted.abort();
  }, inputs);
  return answered;
}
