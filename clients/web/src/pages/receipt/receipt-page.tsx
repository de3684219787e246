// clients/web/src/pages/receipt/receipt-page.tsx - /receipt/ID: any receipt of one's own.
import { Button, Loader } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { SessionId } from '../../../../../src/base/ids.ts';
import { gameTitle } from '../../app/game-title.ts';
import { WalletGate } from '../../app/wallet-gate.tsx';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { ReceiptView } from './receipt-view.tsx';
import { useReceipt } from './use-receipt.ts';

function One({ session, titleOf }: { session: SessionId; titleOf: (game: string) => string }) {
  const { t } = useTranslation();
  const { receipt, timeline, failed } = useReceipt(session);
  if (receipt === undefined) {
    return failed ? (
      <ProblemCard problem={{ code: 'NOT_FOUND', id: session }} />
    ) : (
      <Loader aria-label={t('ended.waiting')} />
    );
  }
  return (
    <ReceiptView receipt={receipt} timeline={timeline} title={titleOf(receipt.game)}>
      <Button component={Link} to="/account" variant="default">
        {t('ended.all')}
      </Button>
    </ReceiptView>
  );
}

/** /receipt/ID */
export function Page() {
  const { session } = useParams({ strict: false });
  return (
    <WalletGate>
      {({ config }) => <One session={String(session) as SessionId} titleOf={(game) => gameTitle(config, game)} />}
    </WalletGate>
  );
}
