// clients/web/src/pages/admin/admin-page.tsx - /admin: for the wallets that run this hub. Everybody else is told so.
import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AdminAct } from '../../../../../src/protocol/admin-api.ts';
import { meQuery } from '../../app/me.ts';
import { useLogin } from '../../app/use-login.ts';
import { type Gate, WalletGate } from '../../app/wallet-gate.tsx';
import { need } from '../../player/api.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import panel from '../../ui/panel.module.css';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { AnnounceForm, RefundForm, SuspendForm } from './act-forms.tsx';
import classes from './admin.module.css';
import { adminCalls } from './admin-calls.ts';
import { Audit, Books, RevenuePart } from './books.tsx';
import { EraseForm, SecretsForm } from './rare-forms.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

const REFRESH_MS = 10_000;

function Desk() {
  const [proposed, setProposed] = useState<{ act: AdminAct; what: string }>();
  const propose = (act: AdminAct, what: string): void => setProposed({ act, what });
  const asked = { refetchInterval: REFRESH_MS };
  const { data: state } = useQuery({ ...asked, queryKey: ['admin', 'state'], queryFn: () => need(adminCalls.state()) });
  const { data: revenue } = useQuery({
    ...asked,
    queryKey: ['admin', 'revenue'],
    queryFn: () => need(adminCalls.revenue()),
  });
  const { data: audit } = useQuery({ ...asked, queryKey: ['admin', 'audit'], queryFn: () => need(adminCalls.audit()) });
  if (state === undefined) return <Loader />;
  return (
    <div className={classes.page}>
      <Books state={state} propose={propose} />
      {revenue !== undefined && <RevenuePart revenue={revenue} />}
      <SuspendForm state={state} propose={propose} />
      <RefundForm propose={propose} />
      <AnnounceForm state={state} propose={propose} />
      <SecretsForm propose={propose} />
      <EraseForm propose={propose} />
      {audit !== undefined && <Audit audit={audit} />}
      {proposed !== undefined && <ReasonDialog {...proposed} onClose={() => setProposed(undefined)} />}
    </div>
  );
}

function Admin(gate: Gate) {
  const { t } = useTranslation();
  const login = useLogin(gate);
  const { data: me } = useQuery({ ...meQuery(), enabled: login === 'ready' });
  if (typeof login === 'object') return <ProblemCard problem={login} />;
  if (me === undefined) return <Loader aria-label={t('shell.loading')} />;
  if (me.admin !== true) {
    return (
      <section className={panel.panel} data-admin="no">
        <p>{t('admin.notYou')}</p>
        <CopyText text={gate.wallet.address} />
      </section>
    );
  }
  return <Desk />;
}

/** /admin */
export function Page() {
  const { t } = useTranslation();
  useTitle(t('admin.title'));
  return (
    <>
      <h1 className={panel.pageTitle}>{t('admin.title')}</h1>
      <p className={panel.lead}>{t('admin.lead')}</p>
      <WalletGate>{(gate) => <Admin key={gate.wallet.address} {...gate} />}</WalletGate>
    </>
  );
}
