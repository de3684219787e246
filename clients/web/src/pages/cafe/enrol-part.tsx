// clients/web/src/pages/cafe/enrol-part.tsx - PCs that forget their browser at each boot: which is which seat, the file that tells
// them, and taking one back.
import { Button } from '@mantine/core';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import panel from '../../ui/panel.module.css';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { readHosts } from './host-list.ts';
import { TakeAway } from './take-away.tsx';
import { useAct } from './use-act.ts';
import type { LiveFloor } from './use-floor.ts';

const AT_ONCE = 200;
const BAD_SHOWN = 5;
const FILE = 'nearcade-seats';

/** The file, to be kept once. */
function FileToKeep({ text }: { text: string }) {
  const { t } = useTranslation();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  return (
    <div className={classes.stack} role="status" data-enrol-file>
      <p>{t('enrol.made')}</p>
      <p>
        <a className={classes.csv} href={url} download={FILE}>
          {t('enrol.save')}
        </a>
      </p>
      <ol>
        <li>{t('enrol.stepShare')}</li>
        <li>
          {t('enrol.stepBoot')}{' '}
          <code>
            seat.sh {location.origin} {FILE}
          </code>
        </li>
        <li>{t('enrol.stepSeat')}</li>
      </ol>
    </div>
  );
}

/** Whether a seat's device is there, in words. */
export function deviceWord({ paired, online, doubled }: SeatView['device']): 'doubled' | 'here' | 'away' | 'never' {
  if (doubled === true) return 'doubled';
  if (online) return 'here';
  return paired ? 'away' : 'never';
}

/** The part of a café's page. */
export function EnrolPart({ info, live }: { info: CafeInfo; live: LiveFloor }) {
  const { t } = useTranslation();
  const acting = useAct(info.cafe);
  const id = useId();
  const [text, setText] = useState('');
  const [file, setFile] = useState<string>();
  const { seats } = live.floor;
  const enrolled = seats.filter(({ device }) => device.host !== undefined);
  const { lines, bad } = readHosts(text, new Set(seats.map(({ seat }) => seat)));
  const ready = lines.length > 0 && lines.length <= AT_ONCE && bad.length === 0 && !acting.busy;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    setFile(undefined);
    acting.act('seats.enrol', { seats: [...lines] }, ({ secret }) => {
      setFile(secret);
      setText('');
    });
  };
  const again = (): void => {
    setFile(undefined);
    const known = enrolled.slice(0, AT_ONCE).map(({ seat, device }) => ({ seat, host: device.host ?? '' }));
    acting.act('seats.enrol', { seats: known }, ({ secret }) => setFile(secret));
  };
  return (
    <div className={classes.page} data-enrol>
      <section className={`${panel.panel} ${classes.stack}`}>
        <h2 className={panel.title}>{t('enrol.title')}</h2>
        <p>{t('enrol.text')}</p>
        <form className={classes.stack} onSubmit={submit}>
          <label htmlFor={id}>{t('enrol.list')}</label>
          <textarea
            id={id}
            className={classes.hosts}
            rows={6}
            spellCheck={false}
            placeholder={'1  52:54:00:12:34:56\n2  pc-02'}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          {bad.length > 0 && (
            <ul className={panel.stop} data-bad-lines={bad.length}>
              {bad.slice(0, BAD_SHOWN).map(({ line, text: written, why }) => (
                <li key={line}>{t(`enrol.bad.${why}`, { line, text: written })}</li>
              ))}
            </ul>
          )}
          {lines.length > AT_ONCE && <p className={panel.stop}>{t('enrol.tooMany', { most: AT_ONCE })}</p>}
          <div className={classes.acts}>
            <Button type="submit" disabled={!ready}>
              {t('enrol.make', { count: lines.length })}
            </Button>
          </div>
        </form>
        <ActProblem acting={acting} />
        {file !== undefined && <FileToKeep text={file} />}
      </section>
      <section className={`${panel.panel} ${classes.stack}`} data-enrolled={enrolled.length}>
        <h2 className={panel.title}>{t('enrol.enrolled')}</h2>
        {enrolled.length === 0 && <p>{t('enrol.none')}</p>}
        {enrolled.length > 0 && (
          <>
            <ScrollTable
              name={t('enrol.enrolled')}
              head={[
                { name: t('enrol.seat') },
                { name: t('enrol.host') },
                { name: t('enrol.device') },
                { name: t('team.remove') },
              ]}
            >
              {enrolled.map(({ seat, device }) => (
                <tr key={seat} data-host={device.host}>
                  <td>{seat}</td>
                  <td>{device.host}</td>
                  <td>{t(`enrol.state.${deviceWord(device)}`)}</td>
                  <td>
                    {mayDo(info.role, 'seats.unenrol').ok && (
                      <TakeAway
                        name={t('enrol.take', { seat })}
                        busy={acting.busy}
                        onRemove={(reason) => acting.act('seats.unenrol', { seat, reason })}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </ScrollTable>
            <div className={classes.acts}>
              <Button variant="default" disabled={acting.busy} onClick={again}>
                {t('enrol.again')}
              </Button>
            </div>
          </>
        )}
      </section>
    </div>
  );
}
