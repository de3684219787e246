// clients/web/src/pages/cafe/consent-card.tsx - the owner agrees, for a day, to what the devices of the seats may spend: one
// signature for the key of each device. Without it nobody plays there.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toHex } from '../../../../../src/base/bytes.ts';
import { parseDbc } from '../../../../../src/base/units.ts';
import type { CafeActBody } from '../../../../../src/protocol/cafe-acts.ts';
import type { CafeInfo } from '../../../../../src/protocol/cafe-api.ts';
import type { SeatView } from '../../../../../src/protocol/cafe-things.ts';
import { type Consent, consentType, toWire } from '../../../../../src/protocol/voucher.ts';
import { configQuery } from '../../app/config.ts';
import { randomBytes } from '../../player/ids.ts';
import type { Wallet } from '../../player/ports.ts';
import { type PlayerProblem, walletProblem } from '../../player/problem.ts';
import { signingDomain } from '../../player/terms.ts';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { ActProblem } from './act-problem.tsx';
import classes from './cafe.module.css';
import { useAct } from './use-act.ts';

const DAY_S = 86_400n;
/** Clocks of page and hub may differ by this much. */
const SKEW_S = 120n;
/** What ends sooner is signed anew before the shift, not during it. */
const REST_MS = 12 * 3_600_000;
const MOST = 60;

type Given = CafeActBody<'seats.consent'>['consents'][number];

/** Devices that may not spend for long enough. */
export function withoutConsent(seats: readonly SeatView[], nowMs: number): readonly SeatView[] {
  return seats.filter(
    ({ device: { key, consentUntilMs } }) => key !== undefined && (consentUntilMs ?? 0) < nowMs + REST_MS,
  );
}

/** For owners; nothing while every device may play. */
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
  const [day, setDay] = useState('600');
  const [hour, setHour] = useState('60');
  const [signing, setSigning] = useState<'no' | 'yes' | PlayerProblem>('no');
  const open = withoutConsent(seats, hubMs).slice(0, MOST);
  const [most, rate] = [parseDbc(day.trim()), parseDbc(hour.trim())];
  if (info.role !== 'owner' || open.length === 0 || config === undefined) return null;
  const domain = signingDomain(config);
  const sign = async (key: `0x${string}`, maxAmount: bigint, maxRate: bigint): Promise<Given> => {
    const nowS = BigInt(Math.floor(hubMs / 1_000));
    const consent: Consent = {
      ...{ payer: wallet.address, sessionKey: key, maxAmount, maxRate },
      ...{ validFrom: nowS - SKEW_S, validUntil: nowS + DAY_S, nonce: BigInt(toHex(randomBytes(16))) },
    };
    return { consent: toWire(consent), signature: await wallet.signTypedData(domain, consentType, consent) };
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!most.ok || !rate.ok) return;
    setSigning('yes');
    const consents: Given[] = [];
    try {
      for (const { device } of open) {
        if (device.key !== undefined) consents.push(await sign(device.key, most.value, rate.value));
      }
      setSigning('no');
    } catch (error) {
      setSigning(walletProblem(error)); // What was signed before counts.
    }
    if (consents.length > 0) acting.act('seats.consent', { consents });
  };
  const good = most.ok && rate.ok && rate.value > 0n && most.value >= rate.value;
  return (
    <form className={`${panel.panel} ${classes.stack}`} onSubmit={submit} data-consents={open.length}>
      <h2 className={panel.title}>{t('desk.consent.title')}</h2>
      <p>{t('desk.consent.text', { count: open.length, seats: open.map(({ seat }) => seat).join(', ') })}</p>
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
