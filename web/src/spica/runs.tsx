/** Runs of a target, from planned to validated: who owns them says how far they are, administrators how good. */
import { useState } from 'preact/hooks';
import {
  RecordSpicaRunDocument,
  SetSpicaRunQualityDocument,
  SetSpicaRunStatusDocument,
  ValidateSpicaRunDocument,
} from '../documents';
import { say } from '../words';
import type { Entry } from './entries';
import { owns } from './given';
import { moment } from './history';
import { Once } from './once';
import { save } from './saving';
import type { Given, Target } from './target';

type Run = NonNullable<Target['runs']>['nodes'][number];
const VALIDATED = 'validated';

interface Props {
  given: Given;
  target: Target;
  entries: Entry[];
  reload: () => void;
}

export function Runs({ given, target, entries, reload }: Props) {
  const runs = target.runs;
  const own = entries.filter((entry) => owns(given, entry.piname));
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">{say('Runs')}</h2>
      {runs && runs.totalCount === 0 && <p>{say('None.')}</p>}
      {(runs?.nodes ?? []).map((run) => (
        <RunRow key={run.tplStart} given={given} run={run} reload={reload} />
      ))}
      {own.length > 0 && (
        <Once
          label={say('Plan a run')}
          fields={[
            { name: 'tplStart', title: say('Start (UTC)'), type: 'datetime-local' },
            {
              name: 'progname',
              title: say('Programme'),
              choices: Object.fromEntries(own.map(({ progname }) => [progname, progname])),
            },
          ]}
          send={({ tplStart = '', progname = '' }, key) => {
            const piname = own.find((entry) => entry.progname === progname)?.piname ?? null;
            const input = {
              tplStart: `${tplStart}Z`,
              spicadbId: target.spicadbId,
              progname,
              piname,
              runStatus: 'planned',
            };
            return save(RecordSpicaRunDocument, input, key);
          }}
          done={reload}
        />
      )}
    </section>
  );
}

function RunRow({ given, run, reload }: { given: Given; run: Run; reload: () => void }) {
  const [open, setOpen] = useState(false);
  const mine = owns(given, run.piname);
  const tplStart = run.tplStart ?? '';
  return (
    <article class="run">
      <p class="steps">
        <strong>{moment(run.tplStart)}</strong> {run.progname}{' '}
        {given.statuses.map((status) => (
          <span
            key={status}
            class={`status ${status === run.runStatus ? status : 'other'}`}
            aria-current={status === run.runStatus}
          >
            {say(status)}
          </span>
        ))}{' '}
        {run.qualityLevel !== null && (
          <span>
            {say('quality')} {run.qualityLevel}: {say(given.quality[run.qualityLevel] ?? '')}
          </span>
        )}{' '}
        {run.qcsFlag !== null && <span>{say('quality control: {n}', { n: run.qcsFlag })}</span>}{' '}
        {mine && (
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {say('Change')}
          </button>
        )}
      </p>
      {open && (
        <div class="panel">
          <Once
            label={say('Set the status')}
            fields={[
              {
                name: 'runStatus',
                title: say('Status'),
                value: run.runStatus,
                choices: words(given.statuses.filter((status) => status !== VALIDATED || run.runStatus === VALIDATED)),
              },
            ]}
            send={({ runStatus = '' }, key) =>
              save(SetSpicaRunStatusDocument, { tplStart, runStatus, version: run.version }, key)
            }
            done={reload}
          />
          {given.admin && <Judge given={given} run={run} tplStart={tplStart} reload={reload} />}
        </div>
      )}
    </article>
  );
}

function Judge({ given, run, tplStart, reload }: { given: Given; run: Run; tplStart: string; reload: () => void }) {
  const levels = Object.fromEntries(
    Object.entries(given.quality).map(([level, word]) => [level, `${level} · ${say(word)}`]),
  );
  const level = { name: 'qualityLevel', title: say('Quality'), choices: levels, value: String(run.qualityLevel ?? 4) };
  return (
    <>
      <Once
        label={say('Set the quality')}
        fields={[
          level,
          {
            name: 'qcsFlag',
            title: say('Flag of the quality control'),
            choices: { '0': '0', '1': '1' },
            value: String(run.qcsFlag ?? 1),
          },
        ]}
        send={({ qualityLevel, qcsFlag }, key) =>
          save(
            SetSpicaRunQualityDocument,
            { tplStart, qualityLevel: Number(qualityLevel), qcsFlag: Number(qcsFlag) },
            key,
          )
        }
        done={reload}
      />
      {run.runStatus !== VALIDATED && (
        <Once
          label={say('Validate it: it counts for the target')}
          fields={[level]}
          send={({ qualityLevel }, key) =>
            save(ValidateSpicaRunDocument, { tplStart, qualityLevel: Number(qualityLevel) }, key)
          }
          done={reload}
        />
      )}
    </>
  );
}

const words = (statuses: string[]) => Object.fromEntries(statuses.map((status) => [status, say(status)]));
