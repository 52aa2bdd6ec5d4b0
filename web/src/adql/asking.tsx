/** The editor with what is around it: examples, the number of rows, a table of one's own, and what is wrong. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { wrongWith } from '../parts/own-table';
import { say } from '../words';
import type { LanguageFunction } from './completion';
import type { Editor } from './editor';
import type { State } from './state';
import type { Upload } from './tap';

export interface Example {
  title: string;
  text: string;
  query: string;
}
interface Props {
  state: State;
  /** Another number whenever the query was changed by something else than the editor. */
  given: number;
  upload: Upload | null;
  examples: Example[];
  functions: LanguageFunction[];
  problem: string;
  running: boolean;
  keepsJobs: boolean;
  changed(text: string): void;
  choose(query: string): void;
  limited(maxrec: number): void;
  uploaded(upload: Upload | null): void;
  run(): void;
  stop(): void;
  begin(): void;
}

export function Asking(props: Props) {
  const { state, upload, examples, problem, running, keepsJobs, choose, limited, run, stop, begin } = props;
  const [place, editor] = useEditor(props);
  const empty = !state.query.trim();
  return (
    <section aria-label={say('Query')}>
      <p class="tools">
        <label>
          {say('Example')}{' '}
          <select
            value=""
            onChange={({ currentTarget }) => {
              const chosen = examples[Number(currentTarget.value)];
              if (chosen) choose(chosen.query);
              editor.current?.focus();
            }}
          >
            <option value="">{say('Choose…')}</option>
            {examples.map(({ title, text }, index) => (
              <option key={title} value={index} title={text}>
                {say(title)}
              </option>
            ))}
          </select>
        </label>
        <a href="/schema">{say('All tables and columns')}</a>
        <a href="/docs/doors/tap.html#adql">{say('What ADQL can do here')}</a>
      </p>
      <div ref={place} class="editor" />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="tools">
        {running ? (
          <button type="button" class="first" onClick={stop}>
            {say('Stop')}
          </button>
        ) : (
          <button type="button" class="first" disabled={empty} onClick={run} title="Ctrl+Enter">
            {say('Run')}
          </button>
        )}
        {keepsJobs && (
          <button type="button" disabled={empty} onClick={begin}>
            {say('Run as a job')}
          </button>
        )}
        <label>
          {say('Rows at most')}{' '}
          <input
            type="number"
            min="1"
            value={state.maxrec}
            onChange={({ currentTarget }) => limited(Math.max(1, currentTarget.valueAsNumber || 1))}
          />
        </label>
        <Own upload={upload} uploaded={props.uploaded} />
      </div>
    </section>
  );
}

/** A VOTable of the reader's own, which the query calls `TAP_UPLOAD.` and its name. */
function Own({ upload, uploaded }: Pick<Props, 'upload' | 'uploaded'>) {
  const [wrong, setWrong] = useState('');
  return (
    <>
      <label>
        {say('Your own table (VOTable)')}{' '}
        <input
          type="file"
          accept=".vot,.xml,.votable"
          onChange={async ({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            const wrong = file ? await wrongWith(file, file.name, 'VOTable') : '';
            setWrong(wrong);
            uploaded(file && !wrong ? { name: nameOf(file.name), file } : null);
          }}
        />
      </label>
      {wrong && (
        <span class="problem" role="alert">
          {wrong}
        </span>
      )}
      {upload && <span>{say('In the query it is {name}', { name: `TAP_UPLOAD.${upload.name}` })}</span>}
    </>
  );
}

/** A name that ADQL takes, of a file's. */
export function nameOf(file: string): string {
  const plain = file.replace(/\.[^.]*$/, '').replace(/\W+/g, '_');
  return /^[a-z]/i.test(plain) ? plain.slice(0, 40) : `t_${plain.slice(0, 38)}`;
}

/** CodeMirror in an element, once it is read; until then the element has room for it. */
function useEditor(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    let left = false;
    import('./editor').then(({ edit }) => {
      if (left || !place.current) return;
      const { state, functions } = latest.current;
      editor.current = edit(place.current, {
        text: state.query,
        functions,
        changed: (text) => latest.current.changed(text),
        run: () => latest.current.run(),
      });
      editor.current.mark(latest.current.problem);
    });
    return () => {
      left = true;
      editor.current?.destroy();
    };
  }, []);
  useEffect(() => editor.current?.write(latest.current.state.query), [props.given]);
  useEffect(() => editor.current?.mark(props.problem), [props.problem]);
  return [place, editor] as const;
}
