// clients/web/src/pages/cafe/consent-card.tsx - the owner agrees, for a day, to what the devices of the seats may spend: one
// signature for the keys of all. Without it nobody plays there.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseDbc } from '../../../../../src/base/units.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { joinKeys } from '../../../../../src/protocol/session-keys.ts';
import { consentType, toWire } from '../../../../../src/protocol/voucher.ts';
import { configQuery } from '../../app/config.ts';
import { consentTo } from '../../player/consent.ts';
import type { Wallet } from '../../player/ports.ts';
import { type PlayerProblem, walletProblem } from '../../player/problem.ts';
import { signingDomain } from '../../player/terms.ts';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { withoutConsent } from './may-spend.ts';
import { useAct } from './use-act.ts';

const MOST = 1_000;

const DEVICE_DAY_DBC = 600;

/** For owners; while every device may play, only the way to agree anew: to another amount, or for a device that was refused. */
export function ConsentCard({
  info,
  wallet,
  seats,
  hubMs,
}: {
  info: CafeInfo;
  wallet: Wallet;
  seats: readonly SeatView[];
  hubMs: number;
}) {
  const { t } = useTranslation();
  const acting = useAct(info.cafe);
  const { data: config } = useQuery(configQuery);
  const [ownDay, setDay] = useState<string>();
  const [hour, setHour] = useState('60');
  const [signing, setSigning] = useState<'no' | 'yes' | PlayerProblem>('no');
  const [anew, setAnew] = useState(false);
  const due = anew ? seats.filter(({ device }) => device.key !== undefined) : withoutConsent(seats, hubMs);
  const open = due.slice(0, MOST);
  const day = ownDay ?? String(DEVICE_DAY_DBC * open.length);
  const [most, rate] = [parseDbc(day.trim()), parseDbc(hour.trim())];
  if (info.role !== 'owner' || config === undefined || seats.every(({ device }) => device.key === undefined))
    return null;
  if (open.length === 0) {
    return (
      <div className={classes.acts}>
        <Button variant="subtle" onClick={() => setAnew(true)}>
          {t('desk.consent.anew')}
        </Button>
      </div>
    );
  }
  const domain = signingDomain(config);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!most.ok || !rate.ok) return;
    setSigning('yes');
    try {
      const keys = open.flatMap(({ device: { key } }) => key ?? []);
      const terms = { maxAmountWei: most.value, maxRateWeiPerHour: rate.value };
      const consent = consentTo(wallet.address, joinKeys(keys).sessionKey, terms, hubMs);
      const signature = await wallet.signTypedData(domain, consentType, consent);
      setSigning('no');
      acting.act('seats.consent', { consent: toWire(consent), signature, keys }, () => setAnew(false));
    } catch (error) {
      setSigning(walletProblem(error));
    }
  };
  const good = most.ok && rate.ok && rate.value > 0n && most.value >= rate.value;
  return (
    <form className={`${panel.panel} ${classes.stack}`} onSubmit={submit} data-consents={open.length}>
      <h2 className={panel.title}>{t('desk.consent.title')}</h2>
      <p>
        {t(anew ? 'desk.consent.all' : 'desk.consent.text', {
          count: open.length,
          seats: open.map(({ seat }) => seat).join(', '),
        })}
      </p>
      <div className={classes.form}>
        <TextInput
          label={t('desk.consent.day')}
          inputMode="decimal"
          value={day}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
        <TextInput
          label={t('desk.consent.hour')}
          inputMode="decimal"
          value={hour}
          onChange={({ currentTarget }) => setHour(currentTarget.value)}
        />
        <Button type="submit" disabled={!good || acting.busy || signing === 'yes'}>
          {t('desk.consent.sign')}
        </Button>
      </div>
      {typeof signing === 'object' && <ProblemCard problem={signing} />}
      <ActProblem acting={acting} />
    </form>
  );
}
