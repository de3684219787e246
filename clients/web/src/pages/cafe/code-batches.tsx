// clients/web/src/pages/cafe/code-batches.tsx - codes that are made together and kept at the desk: made, printed as cards on A4,
// saved once as a file, looked after, and withdrawn.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { csvOf } from '../../../../../src/base/csv.ts';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { BatchView } from '../../../../../src/protocol/cafe-things.ts';
import { explains } from '../../../../../src/protocol/reason.ts';
import { useStore } from '../../app/use-store.ts';
import { need } from '../../player/api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { ReasonField } from '../../ui/reason-field.tsx';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { readable } from './code-sale.tsx';
import { useWorth, WorthFields, worthName } from './code-worth.tsx';
import { keptByCafe } from './fresh-codes.ts';
import { money } from './local-money.ts';
import { typedCount } from './typed-number.ts';
import { useAct } from './use-act.ts';

const MOST = 200;
/** A batch that was just made: its codes are nowhere else. */
type Made = { readonly name: string; readonly worth: string; readonly days: string; readonly codes: readonly string[] };

function Cards({ info: { settings }, made: { name, worth, days, codes } }: { info: CafeInfo; made: Made }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.cards} data-cards={codes.length}>
      {codes.map((code) => (
        <li key={code} data-card={code}>
          <span>{settings.name}</span>
          <span>{worth}</span>
          <strong className={classes.printedCode}>{readable(code)}</strong>
          <span className={panel.small}>{t('cards.fromSale', { count: Number(days) })}</span>
          <span className={panel.small}>{name}</span>
        </li>
      ))}
    </ul>
  );
}

/** The codes of a batch as a file, made here: the hub does not show them again. */
function saveFile({ name, worth, codes }: Made): void {
  const rows = codes.map((code) => [code, name, worth]);
  const url = URL.createObjectURL(new Blob([csvOf([['code', 'batch', 'worth'], ...rows])], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replaceAll(/[^\p{L}\p{N}-]+/gu, '-')}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

function Fresh({ info, made, onDone }: { info: CafeInfo; made: Made; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p role="status">{t('cards.made', { count: made.codes.length })}</p>
      <div className={classes.acts}>
        <Button onClick={() => window.print()}>{t('cards.print')}</Button>
        <Button variant="default" onClick={() => saveFile(made)}>
          {t('cards.csvOnce')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('cards.done')}
        </Button>
      </div>
      <Cards {...{ info, made }} />
      {createPortal(
        <div className={classes.sheet}>
          <Cards {...{ info, made }} />
        </div>,
        document.body,
      )}
    </>
  );
}

const freshOf = keptByCafe<Made | undefined>(undefined);

function MakeBatch({ info }: { info: CafeInfo }) {
  const { t } = useTranslation();
  const { cafe, settings } = info;
  const acting = useAct(cafe);
  const fields = useWorth(settings);
  const [name, setName] = useState('');
  const [many, setMany] = useState('24');
  const fresh = freshOf(cafe);
  const made = useStore(fresh);
  const { worth, days } = fields;
  const count = typedCount(many, 1, MOST);
  const named = name.trim();
  const counted = !Number.isNaN(count);
  const good = worth !== undefined && named !== '' && counted && !acting.busy;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!good) return;
    const each = worthName(settings, { ...worth.wish, priceMinor: worth.priceMinor });
    acting.act('codes.batch', { name: named, count, days: Number(days), ...worth.wish }, ({ secret = '' }) => {
      fresh.set({ name: named, worth: each, days, codes: secret === '' ? [] : secret.split('\n') }); // None after a lost answer.
      setName('');
    });
  };
  return (
    <>
      <form className={classes.form} onSubmit={submit} data-make-batch>
        <TextField label={t('cards.name')} value={name} maxLength={64} onValue={setName} />
        <TextField
          label={t('people.howMany', { most: MOST })}
          inputMode="numeric"
          value={many}
          maxLength={3}
          onValue={setMany}
        />
        <WorthFields {...{ settings, fields }} />
        <Button type="submit" disabled={!good}>
          {t('cards.make')}
        </Button>
      </form>
      <ActProblem acting={acting} />
      {made?.codes.length === 0 && <p className={panel.warn}>{t('cards.lost', { name: made.name })}</p>}
      {made !== undefined && made.codes.length > 0 && <Fresh {...{ info, made }} onDone={() => fresh.set(undefined)} />}
    </>
  );
}

function Withdraw({ info: { cafe }, batch, onClose }: { info: CafeInfo; batch: BatchView; onClose: () => void }) {
  const { t } = useTranslation();
  const acting = useAct(cafe);
  const [reason, setReason] = useState('');
  return (
    <Dialog title={t('cards.withdrawOf', { name: batch.name })} onClose={onClose}>
      <div className={classes.stack}>
        <p>{t('cards.withdrawHint', { count: batch.stock })}</p>
        <ReasonField {...{ reason }} onReason={setReason} />
        <Button
          color="stop"
          disabled={!explains(reason) || acting.busy}
          onClick={() => acting.act('codes.withdraw', { batch: batch.batch, reason: reason.trim() }, onClose)}
        >
          {t('cards.withdraw')}
        </Button>
        <ActProblem acting={acting} />
      </div>
    </Dialog>
  );
}

/** All batches. */
export function CodeBatches({ info }: { info: CafeInfo }) {
  const { t } = useTranslation();
  const { cafe, settings, role } = info;
  const [withdrawn, setWithdrawn] = useState<BatchView>();
  const { data } = useQuery({
    queryKey: ['cafe', cafe, 'codes', 'batches'],
    queryFn: () => need(cafeCalls.batches(cafe)),
    retry: false,
  });
  const batches = data?.batches ?? [];
  const may = mayDo(role, 'codes.withdraw').ok;
  return (
    <section className={`${panel.panel} ${classes.stack}`} data-batches={batches.length}>
      <h2 className={panel.title}>{t('cards.title')}</h2>
      <p className={panel.small}>{t('cards.hint')}</p>
      {mayDo(role, 'codes.batch').ok && <MakeBatch info={info} />}
      {data !== undefined && batches.length === 0 && <p>{t('cards.none')}</p>}
      {batches.length > 0 && (
        <ScrollTable
          name={t('cards.title')}
          head={[
            { name: t('cards.name') },
            { name: t('people.when') },
            { name: t('cards.worth') },
            { name: t('cards.count'), number: true },
            { name: t('cards.stock'), number: true },
            { name: t('cards.unused'), number: true },
            { name: t('cards.used'), number: true },
            { name: t('cards.gone'), number: true },
            { name: t('cards.held'), number: true },
            { name: t('team.acts'), screen: true },
          ]}
        >
          {batches.map((one) => (
            <tr key={one.batch} data-batch={one.name}>
              <td className={classes.became}>{one.name}</td>
              <td>{dayAndTime(one.madeAtMs)}</td>
              <td>{worthName(settings, one)}</td>
              <NumberCell>{one.made}</NumberCell>
              <NumberCell>{one.stock}</NumberCell>
              <NumberCell>{one.unused}</NumberCell>
              <NumberCell>{one.used}</NumberCell>
              <NumberCell>{one.withdrawn}</NumberCell>
              <NumberCell>{money(one.heldMinor, settings.currency)}</NumberCell>
              <td data-screen>
                {may && one.stock > 0 && (
                  <span className={classes.rowActs}>
                    <Button
                      variant="subtle"
                      aria-label={t('cards.withdrawOf', { name: one.name })}
                      onClick={() => setWithdrawn(one)}
                    >
                      {t('cards.withdraw')}
                    </Button>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
      {withdrawn !== undefined && <Withdraw {...{ info }} batch={withdrawn} onClose={() => setWithdrawn(undefined)} />}
    </section>
  );
}
