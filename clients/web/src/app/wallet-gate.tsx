// clients/web/src/app/wallet-gate.tsx - asks for a wallet where a page needs one and there is none yet.
import { Button, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicConfig } from '../../../../src/protocol/http-api.ts';
import type { Wallet } from '../player/ports.ts';
import { type PlayerProblem, problem, walletProblem } from '../player/problem.ts';
import panel from '../ui/panel.module.css';
import { ProblemCard } from '../ui/problem-card.tsx';
import { type FoundWallet, findWallets } from '../wallet/injected-wallet.ts';
import { configQuery } from './config.ts';
import { useStore } from './use-store.ts';
import { readyWallet, wallet } from './wallets.ts';

const STORE = 'nearcade.wallet';

function Choose() {
  const { t } = useTranslation();
  const { data: found, refetch } = useQuery({ queryKey: ['wallets'], queryFn: findWallets });
  const [state, setState] = useState<'choose' | 'connecting' | PlayerProblem>('choose');
  // The one of the last visit comes back without a question, where it still lets this page see its account.
  useEffect(() => {
    const last = found?.find(({ rdns }) => rdns === localStorage.getItem(STORE));
    last?.again().then(
      (connected) => connected !== undefined && wallet.get() === undefined && wallet.set(connected),
      () => {}, // Then it is chosen by hand.
    );
  }, [found]);
  const connect = (one: FoundWallet): void => {
    setState('connecting');
    one.connect().then(
      (connected) => {
        localStorage.setItem(STORE, one.rdns);
        wallet.set(connected);
      },
      (error) => setState(walletProblem(error)),
    );
  };
  return (
    <section className={panel.panel}>
      <h1 className={panel.pageTitle}>{t('shell.wallet.choose')}</h1>
      <p className={panel.lead}>{t('shell.wallet.text')}</p>
      {state === 'connecting' && <p>{t('shell.wallet.connecting')}</p>}
      {typeof state === 'object' && <ProblemCard problem={state} />}
      {found === undefined && <Loader />}
      {found?.map((one) => (
        <Button key={one.rdns} variant="default" size="lg" mr="sm" mt="sm" onClick={() => connect(one)}>
          {one.name}
        </Button>
      ))}
      {found?.length === 0 && (
        <>
          <p>{t('shell.wallet.none')}</p>
          <Button onClick={() => void refetch()}>{t('shell.again')}</Button>
        </>
      )}
    </section>
  );
}

/** What a page gets once the hub answered and there is a wallet. */
export type Gate = { readonly config: PublicConfig; readonly wallet: Wallet };

/** Draws `children` once the hub's config and a wallet are there; else says what is missing. */
export function WalletGate({ children }: { children: (gate: Gate) => ReactNode }) {
  const { t } = useTranslation();
  const { data: config, isError, refetch } = useQuery(configQuery);
  const chosen = useStore(wallet);
  useEffect(() => {
    if (config !== undefined) readyWallet(config);
  }, [config]);
  if (config === undefined) {
    const unreachable: PlayerProblem = problem('HUB_UNREACHABLE');
    if (isError) {
      return (
        <ProblemCard problem={unreachable}>
          <Button onClick={() => void refetch()}>{t('shell.again')}</Button>
        </ProblemCard>
      );
    }
    return <Loader aria-label={t('shell.loading')} />;
  }
  if (chosen !== undefined) return children({ config, wallet: chosen });
  return config.playMoney ? <Loader aria-label={t('shell.loading')} /> : <Choose />;
}
