// clients/web/src/pages/cafe/cafe-page.tsx - /cafe: for those who work in a net café. Floor, till and day of one site.
import { Button, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CafeId } from '../../../../../src/base/ids.ts';
import { type CafePower, mayDo } from '../../../../../src/cafe/roles.ts';
import { useLogin } from '../../app/use-login.ts';
import { type Gate, WalletGate } from '../../app/wallet-gate.tsx';
import { need } from '../../player/api.ts';
import type { Wallet } from '../../player/ports.ts';
import { problem } from '../../player/problem.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { showTimesOf } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { withPresetNames } from '../../ui/preset-names.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { AuditPart } from './audit-part.tsx';
import classes from './cafe.module.css';
import { cafeCalls } from './cafe-calls.ts';
import { CloudPart } from './cloud-part.tsx';
import { CodesPart } from './codes-part.tsx';
import { EnrolPart } from './enrol-part.tsx';
import { FloorPart } from './floor-part.tsx';
import { MembersPart } from './members-part.tsx';
import { OpenCafe } from './open-cafe.tsx';
import { QueueStrip } from './queue-strip.tsx';
import { RentOut } from './rent-out.tsx';
import { ReportPart } from './report-part.tsx';
import { SettingsPart } from './settings-part.tsx';
import { ShiftPart } from './shift-part.tsx';
import { TeamPart } from './team-part.tsx';
import { isDown, useFloor, useNow } from './use-floor.ts';
import { outboxOf, useFlush } from './use-outbox.ts';

/** In the order in which a day needs them, each with what it takes to read it. */
const PARTS = {
  floor: 'read.floor',
  shift: 'read.floor',
  members: 'read.members',
  codes: 'read.members',
  report: 'read.reports',
  cloud: 'read.reports',
  prices: 'read.settings',
  devices: 'seats.enrol',
  team: 'read.settings',
  audit: 'read.audit',
} as const satisfies Record<string, CafePower>;
type Part = keyof typeof PARTS;
const partNames = Object.keys(PARTS) as Part[];
const STORE = 'nearcade.cafe';
/** Whoever waits for a role asks this often whether they have one. */
const HIRED_MS = 5_000;

/** The part that the address names, so that a reload stays where it was and 'back' is the part before. */
function usePart(): [Part, (part: Part) => void] {
  const hash = useLocation({ select: (at) => at.hash });
  const navigate = useNavigate();
  const part = partNames.find((one) => one === hash) ?? 'floor';
  return [part, (next) => void navigate({ to: '/cafe', hash: next, hashScrollIntoView: false })];
}

function Site({ cafe, wallet, onOther }: { cafe: CafeId; wallet: Wallet; onOther: () => void }) {
  const { t } = useTranslation();
  const [wanted, setPart] = usePart();
  const live = useFloor(cafe);
  const now = useNow();
  const outbox = outboxOf(cafe, wallet.address);
  useFlush(outbox, cafe, live?.heardAtMs);
  const { data: kept, isError } = useQuery({
    queryKey: ['cafe', cafe, 'info'],
    queryFn: () => need(cafeCalls.info(cafe)),
  });
  const info = useMemo(() => kept && { ...kept, settings: withPresetNames(t, kept.settings) }, [kept, t]);
  const zone = info?.settings.timeZone;
  showTimesOf(zone); // Before the parts are drawn: their times are those on the café's wall, wherever its owner looks from.
  useEffect(() => {
    showTimesOf(zone);
    return () => showTimesOf(undefined);
  }, [zone]);
  if (info === undefined && isError) return <ProblemCard problem={problem('HUB_UNREACHABLE')} />;
  if (info === undefined || kept === undefined || live === undefined) return <Loader aria-label={t('shell.loading')} />;
  const down = isDown(live, now);
  const hasShift = live.floor.shift !== undefined;
  const part = mayDo(info.role, PARTS[wanted]).ok ? wanted : 'floor';
  return (
    <>
      <div className={classes.siteHead}>
        <h2>{info.settings.name}</h2>
        <span className={panel.small}>{t(`cafe.roles.${info.role}`)}</span>
        <nav aria-label={t('cafe.parts.name')} className={classes.parts}>
          {partNames
            .filter((one) => mayDo(info.role, PARTS[one]).ok)
            .map((one) => (
              <Button
                key={one}
                variant={one === part ? 'light' : 'subtle'}
                aria-current={one === part ? 'page' : undefined}
                onClick={() => setPart(one)}
              >
                {t(`cafe.parts.${one}`)}
              </Button>
            ))}
          <Button variant="subtle" onClick={onOther}>
            {t('cafe.parts.other')}
          </Button>
        </nav>
      </div>
      <div className={classes.strips}>
        <QueueStrip {...{ info, live, outbox, down }} nowMs={now} />
      </div>
      {part === 'floor' && <FloorPart {...{ info, live, outbox, down }} />}
      {part === 'shift' && <ShiftPart {...{ info, live, wallet, down }} />}
      {part === 'members' && <MembersPart {...{ info, hasShift }} />}
      {part === 'codes' && <CodesPart {...{ info, hasShift }} />}
      {part === 'report' && <ReportPart info={info} />}
      {part === 'cloud' && <CloudPart {...{ info, live }} />}
      {part === 'prices' && <SettingsPart info={kept} />}
      {part === 'devices' && (
        <div className={classes.page}>
          <EnrolPart {...{ info, live }} />
          {info.role === 'owner' && <RentOut wallet={wallet.address} spend={live.floor.spend} />}
        </div>
      )}
      {part === 'team' && <TeamPart info={info} own={wallet.address} />}
      {part === 'audit' && <AuditPart info={info} />}
    </>
  );
}

function Cafes(gate: Gate) {
  const { t } = useTranslation();
  const login = useLogin(gate);
  const [chosen, setChosen] = useState<string | null>(() => localStorage.getItem(STORE));
  const { data, isError } = useQuery({
    queryKey: ['cafes', gate.wallet.address],
    queryFn: () => need(cafeCalls.list()),
    enabled: login === 'ready',
    refetchInterval: ({ state }) => (state.data?.cafes.length === 0 ? HIRED_MS : false),
  });
  const choose = (cafe: string | null): void => {
    if (cafe === null) localStorage.removeItem(STORE);
    else localStorage.setItem(STORE, cafe);
    setChosen(cafe);
  };
  if (typeof login === 'object') return <ProblemCard problem={login} />;
  if (isError) return <ProblemCard problem={problem('HUB_UNREACHABLE')} />;
  if (data === undefined) return <Loader aria-label={t('shell.loading')} />;
  const site = data.cafes.find(({ cafe }) => cafe === chosen);
  if (site !== undefined)
    return <Site key={site.cafe} cafe={site.cafe} wallet={gate.wallet} onOther={() => choose(null)} />;
  return (
    <div className={classes.page}>
      <p className={panel.lead}>{t('cafe.lead')}</p>
      {data.cafes.length > 0 && (
        <section className={panel.panel}>
          <h2 className={panel.title}>{t('cafe.yours')}</h2>
          <div className={classes.acts}>
            {data.cafes.map(({ cafe, name, role }) => (
              <Button key={cafe} variant="default" onClick={() => choose(cafe)}>
                {name} · {t(`cafe.roles.${role}`)}
              </Button>
            ))}
          </div>
        </section>
      )}
      <section className={`${panel.panel} ${classes.stack}`} data-own-address>
        <h2 className={panel.title}>{t('cafe.join.title')}</h2>
        <p>{t('cafe.join.text')}</p>
        <CopyText text={gate.wallet.address} block />
      </section>
      <OpenCafe onOpen={choose} />
    </div>
  );
}

/** /cafe */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('cafe.title'));
  return (
    <>
      <h1 className={panel.pageTitle}>{t('cafe.title')}</h1>
      <WalletGate>{(gate) => <Cafes key={gate.wallet.address} {...gate} />}</WalletGate>
    </>
  );
}
