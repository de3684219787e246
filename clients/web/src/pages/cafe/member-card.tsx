// clients/web/src/pages/cafe/member-card.tsx - one member: what lies on the wallet, money onto it, its card, and its receipts.
import '@mantine/core/styles/Input.css';
import { Button, Loader, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayDo } from '../../../../../src/cafe/roles.ts';
import type { CafeInfo, MemberHistory } from '../../../../../src/protocol/cafe-api.ts';
import type { CafeSettings } from '../../../../../src/protocol/cafe-settings.ts';
import type { CafeReceipt, MemberView } from '../../../../../src/protocol/cafe-things.ts';
import { need } from '../../player/api.ts';
import { dayAndTime } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ActProblem } from './act-problem.tsx';
import { AmountField } from './amount-field.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { money, parseMoney } from './local-money.ts';
import { type CounterPay, PaidBy } from './paid-by.tsx';
import { Became } from './receipt-became.tsx';
import { ReceiptDialog } from './receipt-paper.tsx';
import { type Acting, useAct } from './use-act.ts';

/** Four to eight digits. */
export const isPin = (text: string): boolean => /^\d{4,8}$/.test(text);

/** Groups of a site for a menu; guests are the first. */
export function useGroups({ groups }: Pick<CafeSettings, 'groups'>): { value: string; label: string }[] {
  const { t } = useTranslation();
  return [
    { value: 'guest', label: t('people.noGroup') },
    ...groups.map(({ id, name }) => ({ value: id, label: name })),
  ];
}

type Part = { readonly info: CafeInfo; readonly acting: Acting; readonly member: MemberView };
const NOTHING = new Set(['', '0']);

function TopUp({ info: { settings, role }, acting, member, hasShift }: Part & { hasShift: boolean }) {
  const { t } = useTranslation();
  const { currency } = settings;
  const [text, setText] = useState('');
  const [bonusText, setBonusText] = useState('');
  const [pay, setPay] = useState<CounterPay>('cash');
  const [paper, setPaper] = useState<CafeReceipt>();
  const minor = parseMoney(text, currency);
  const bonusMinor = bonusText.trim() === '' ? '0' : parseMoney(bonusText, currency);
  const good = minor !== undefined && minor !== '0' && bonusMinor !== undefined && hasShift && !acting.busy;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!good) return;
    const bonus = NOTHING.has(bonusMinor) ? {} : { bonusMinor };
    acting.act('members.top-up', { member: member.member, minor, pay, ...bonus }, ({ receipts }) => {
      setText('');
      setBonusText('');
      setPaper(receipts[0]);
    });
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('people.topUp')}</h2>
      {!hasShift && <p className={panel.note}>{t('cafe.floor.noShift')}</p>}
      <form className={classes.form} onSubmit={submit} data-top-up>
        <AmountField
          label={t('cafe.shift.amount', { code: currency.code })}
          currency={currency}
          value={text}
          onValue={setText}
        />
        {mayDo(role, 'power.bonus').ok && (
          <AmountField
            label={t('people.withBonus', { code: currency.code })}
            currency={currency}
            value={bonusText}
            onValue={setBonusText}
          />
        )}
        <PaidBy pay={pay} onPay={setPay} />
        <Button type="submit" disabled={!good}>
          {t('people.topUpSend')}
        </Button>
      </form>
      {minor !== undefined && minor !== '0' && bonusMinor !== undefined && (
        <p className={panel.small} aria-live="polite">
          {t('people.after', {
            before: money(member.realMinor, currency),
            after: money(BigInt(member.realMinor) + BigInt(minor), currency),
          })}
        </p>
      )}
      {paper !== undefined && <ReceiptDialog settings={settings} receipt={paper} onClose={() => setPaper(undefined)} />}
    </section>
  );
}

function EditForm({ info: { settings }, acting, member }: Part) {
  const { t } = useTranslation();
  const groups = useGroups(settings);
  const [name, setName] = useState<string>(member.name);
  const [group, setGroup] = useState<string>(member.group);
  const [band, setBand] = useState<string>(member.ageBand ?? '');
  const [note, setNote] = useState(member.note ?? '');
  const [pin, setPin] = useState('');
  const [saved, setSaved] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSaved(false);
    const body = {
      ...{ member: member.member, version: member.version, name: name.trim(), group },
      ...(band === '' ? {} : { ageBand: band }),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      ...(pin === '' ? {} : { pin }),
    };
    acting.act('members.edit', body, () => {
      setPin('');
      setSaved(true);
    });
  };
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('people.edit')}</h2>
      <form className={classes.form} onSubmit={submit} data-edit-member>
        <TextField label={t('people.name')} value={name} maxLength={40} onValue={setName} />
        <NativeSelect
          label={t('people.group')}
          value={group}
          data={groups}
          onChange={({ currentTarget }) => setGroup(currentTarget.value)}
        />
        {settings.ageBands.length > 0 && (
          <NativeSelect
            label={t('people.band')}
            value={band}
            data={[
              { value: '', label: t('people.bandUnknown') },
              ...settings.ageBands.map(({ id, name: label }) => ({ value: id, label })),
            ]}
            onChange={({ currentTarget }) => setBand(currentTarget.value)}
          />
        )}
        <TextField
          type="password"
          inputMode="numeric"
          label={member.hasPin ? t('people.newPin') : t('people.pin')}
          value={pin}
          maxLength={8}
          autoComplete="new-password"
          onValue={setPin}
        />
        <TextField label={t('people.note')} value={note} maxLength={200} onValue={setNote} />
        <Button
          type="submit"
          variant="default"
          disabled={name.trim() === '' || !(pin === '' || isPin(pin)) || acting.busy}
        >
          {t('people.save')}
        </Button>
      </form>
      <p className={panel.small} role="status">
        {saved && acting.problem === undefined ? t('people.saved') : ''}
      </p>
    </section>
  );
}

function History({ info, receipts, payments }: { info: CafeInfo } & Pick<MemberHistory, 'receipts' | 'payments'>) {
  const { t } = useTranslation();
  const { settings } = info;
  const [paper, setPaper] = useState<CafeReceipt>();
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('people.history')}</h2>
      {receipts.length === 0 && <p>{t('people.noHistory')}</p>}
      {receipts.length > 0 && (
        <ScrollTable
          name={t('people.history')}
          head={[
            { name: t('people.when') },
            { name: t('cafe.report.kind') },
            { name: t('people.seat') },
            { name: t('people.paid'), number: true },
            { name: t('back.became') },
            { name: t('people.paper'), screen: true },
          ]}
        >
          {receipts.map((receipt) => (
            <tr key={receipt.number} data-receipt={receipt.number}>
              <td>{dayAndTime(receipt.atMs)}</td>
              <td>{t(`cafe.report.kinds.${receipt.kind}`)}</td>
              <td>{receipt.seat ?? ''}</td>
              <NumberCell>
                {receipt.paid.map(({ by, minor }) => (
                  <div key={by}>
                    {money(minor, settings.currency)}{' '}
                    {by === 'bonus' ? t('desk.lines.bonus') : by === 'later' ? '' : t(`cafe.pays.${by}`)}
                  </div>
                ))}
              </NumberCell>
              <td className={classes.became}>
                <Became all={receipts} {...{ info, payments, receipt }} />
              </td>
              <td data-screen>
                <Button variant="subtle" onClick={() => setPaper(receipt)}>
                  {t('cafe.seat.receipt', { number: receipt.number })}
                </Button>
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
      {paper !== undefined && <ReceiptDialog settings={settings} receipt={paper} onClose={() => setPaper(undefined)} />}
    </section>
  );
}

/** A member, as of now. */
export function MemberCard({
  info,
  member: id,
  hasShift,
  onBack,
}: {
  info: CafeInfo;
  member: string;
  hasShift: boolean;
  onBack: () => void;
}) {
  const { t } = useTranslation();
  const { cafe, settings, role } = info;
  const acting = useAct(cafe);
  const { data, isError } = useQuery({
    queryKey: ['cafe', cafe, 'member', id],
    queryFn: () => need(cafeCalls.member(cafe, id)),
    retry: false,
  });
  const back = (
    <Button variant="subtle" onClick={onBack}>
      {t('people.back')}
    </Button>
  );
  if (data === undefined) {
    return (
      <div className={classes.page}>
        <div className={classes.acts}>{back}</div>
        {isError ? <p className={panel.stop}>{t('people.refused')}</p> : <Loader aria-label={t('shell.loading')} />}
      </div>
    );
  }
  const { member, receipts, payments } = data;
  return (
    <div className={classes.page} data-member-card={member.number}>
      <div className={classes.acts}>{back}</div>
      <section className={panel.panel}>
        <h2 className={panel.title}>{t('people.title', { name: member.name, number: member.number })}</h2>
        <dl className={panel.facts}>
          <div className={classes.fact} data-real={member.realMinor}>
            <dt>{t('people.real')}</dt>
            <dd>{money(member.realMinor, settings.currency)}</dd>
          </div>
          <div className={classes.fact} data-bonus={member.bonusMinor}>
            <dt>{t('people.bonus')}</dt>
            <dd>{money(member.bonusMinor, settings.currency)}</dd>
          </div>
          <div className={classes.fact}>
            <dt>{t('cafe.kiosk.pin')}</dt>
            <dd>{member.hasPin ? t('people.hasPin') : t('people.noPin')}</dd>
          </div>
        </dl>
        <p className={panel.small}>{t('people.bonusRule')}</p>
      </section>
      <ActProblem acting={acting} />
      {mayDo(role, 'members.top-up').ok && <TopUp {...{ info, acting, member, hasShift }} />}
      <History {...{ info, receipts, payments }} />
      {mayDo(role, 'members.edit').ok && <EditForm key={member.version} {...{ info, acting, member }} />}
    </div>
  );
}
