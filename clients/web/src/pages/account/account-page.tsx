// clients/web/src/pages/account/account-page.tsx - what one has, holds and spent; the own limit; games played; log out.
import '@mantine/core/styles/Input.css';
import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDbc, parseDbc } from '../../../../../src/base/units.ts';
import type { Me, PublicConfig, SessionList } from '../../../../../src/protocol/http-api.ts';
import { configQuery } from '../../app/config.ts';
import { gameTitle } from '../../app/game-title.ts';
import { meQuery } from '../../app/me.ts';
import { useLogin } from '../../app/use-login.ts';
import { type Gate, WalletGate } from '../../app/wallet-gate.tsx';
import { api, need } from '../../player/api.ts';
import { logout } from '../../player/login.ts';
import { type PlayerProblem, problem, problemFrom } from '../../player/problem.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { dayAndTime, dbc, span } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { LedgerPanel } from '../../ui/ledger-panel.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { useTitle } from '../../ui/use-title.ts';
import classes from './account.module.css';
import { CoinsPanel } from './coins-panel.tsx';
import { HoldsPanel } from './holds-panel.tsx';

function Figures({ me }: { me: Me }) {
  const { t } = useTranslation();
  const figures = [
    [t('account.balance'), me.balanceWei],
    [t('account.held'), me.heldWei],
    [t('account.spent'), me.spentTodayWei],
  ] as const;
  return (
    <div className={classes.figures}>
      {figures.map(([name, wei], index) => (
        <p key={name} className={panel.panel}>
          <strong className={index === 0 ? panel.coin : undefined}>
            {dbc(wei, 4, 2)} <small>DBC</small>
          </strong>
          <span>{name}</span>
        </p>
      ))}
    </div>
  );
}

function Cap({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState(me.capWei === undefined ? '' : formatDbc(BigInt(me.capWei)));
  const [state, setState] = useState<'idle' | 'saved' | 'bad' | PlayerProblem>('idle');
  const put = async (capWei: string | null): Promise<void> => {
    const result = await api.setCap(capWei);
    setState(result.ok ? 'saved' : problemFrom(result.error));
    await queries.invalidateQueries({ queryKey: ['me'] });
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const wei = parseDbc(text);
    if (!wei.ok) setState('bad');
    else void put(wei.value.toString()).catch(() => setState(problem('HUB_UNREACHABLE')));
  };
  const left = me.capWei === undefined ? undefined : BigInt(me.capWei) - BigInt(me.spentTodayWei);
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('account.cap.title')}</h2>
      <p className={panel.small}>{t('account.cap.text')}</p>
      <p>
        {left === undefined
          ? t('account.cap.none')
          : t('account.cap.left', { left: dbc(left > 0n ? left : 0n, 2), cap: dbc(me.capWei ?? '0', 2) })}
      </p>
      <form className={classes.cap} onSubmit={save}>
        <TextInput
          label={t('account.cap.label')}
          inputMode="decimal"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          error={state === 'bad' ? t('account.cap.bad') : undefined}
        />
        <Button type="submit">{t('shell.save')}</Button>
        {me.capWei !== undefined && (
          <Button variant="default" onClick={() => void put(null).catch(() => setState(problem('HUB_UNREACHABLE')))}>
            {t('account.cap.remove')}
          </Button>
        )}
      </form>
      {state === 'saved' && <p className={panel.near}>{t('account.cap.saved')}</p>}
      {typeof state === 'object' && <ProblemCard problem={state} />}
    </section>
  );
}

function Sessions({ list, config }: { list: SessionList; config: PublicConfig }) {
  const { t } = useTranslation();
  const titleOf = (game: string): string => gameTitle(config, game);
  return (
    <section className={panel.panel}>
      <h2 className={panel.title}>{t('account.sessions.title')}</h2>
      {list.sessions.length === 0 ? (
        <p>{t('account.sessions.none')}</p>
      ) : (
        <ScrollTable
          name={t('account.sessions.title')}
          head={[
            { name: t('account.sessions.game') },
            { name: t('account.sessions.node') },
            { name: t('account.sessions.when') },
            { name: t('account.sessions.time'), number: true },
            { name: t('account.sessions.cost'), number: true },
            { name: t('account.sessions.receipt') },
          ]}
        >
          {list.sessions.map(({ session, game, nodeName, startedAtMs, endedAtMs, billedMs, costWei }) => (
            <tr key={session}>
              <td>{titleOf(game)}</td>
              <td>{nodeName}</td>
              <td>{dayAndTime(startedAtMs)}</td>
              <NumberCell>{span(billedMs)}</NumberCell>
              <NumberCell>{dbc(costWei, 4, 2)} DBC</NumberCell>
              <td>
                {endedAtMs === undefined ? (
                  <span className={panel.near}>{t('account.sessions.running')}</span>
                ) : (
                  <Link to="/receipt/$session" params={{ session }}>
                    {t('account.sessions.receipt')}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
    </section>
  );
}

function Account(gate: Gate) {
  const { t } = useTranslation();
  const login = useLogin(gate);
  const ready = login === 'ready';
  const [out, setOut] = useState(false);
  const { data: me } = useQuery({ ...meQuery(), enabled: ready && !out });
  const { data: list } = useQuery({
    queryKey: ['sessions'],
    queryFn: () => need(api.sessions()),
    enabled: ready && !out,
    refetchOnMount: 'always',
  });
  const { data: config = gate.config } = useQuery(configQuery);
  if (typeof login === 'object') return <ProblemCard problem={login} />;
  if (out) return <p className={panel.lead}>{t('account.loggedOut')}</p>;
  return (
    <div className={classes.page}>
      {me !== undefined && <Figures me={me} />}
      <section className={panel.panel}>
        <h2 className={panel.title}>{t('account.wallet')}</h2>
        <CopyText text={gate.wallet.address} />
        {gate.wallet.kind === 'development' && <p className={panel.small}>{t('account.walletDevelopment')}</p>}
        <div className={classes.walletActs}>
          <Button
            variant="default"
            leftSection={<Icon name="out" size={18} />}
            onClick={() => void logout().finally(() => setOut(true))}
          >
            {t('account.logout')}
          </Button>
          {me?.admin === true && <Link to="/admin">{t('admin.title')}</Link>}
        </div>
      </section>
      <CoinsPanel gate={gate} ready={ready && !out} />
      <HoldsPanel ready={ready && !out} />
      {me !== undefined && <Cap key={me.capWei ?? 'none'} me={me} />}
      {list !== undefined && <Sessions list={list} config={config} />}
      <LedgerPanel of="me" ready={ready && !out} />
    </div>
  );
}

/** /account */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('account.title'));
  return (
    <>
      <h1 className={panel.pageTitle}>{t('account.title')}</h1>
      <WalletGate>{(gate) => <Account key={gate.wallet.address} {...gate} />}</WalletGate>
    </>
  );
}
