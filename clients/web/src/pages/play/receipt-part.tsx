// clients/web/src/pages/play/receipt-part.tsx - the end of a session on the play page: its receipt, and what next.
import { Button, Loader } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import { gameTitle } from '../../app/game-title.ts';
import type { TabPlayer } from '../../app/tab-player.ts';
import type { Phase } from '../../player/player.ts';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { ReceiptView } from '../receipt/receipt-view.tsx';
import { useReceipt } from '../receipt/use-receipt.ts';
import classes from './play.module.css';

/** The receipt with its buttons. */
export function ReceiptPart({
  tab,
  config,
  ended,
  onGames,
}: {
  tab: TabPlayer;
  config: PublicConfig;
  ended: Extract<Phase, { kind: 'ended' }>;
  onGames: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { receipt, timeline, failed } = useReceipt(ended.session);
  const wish = tab.player.lastWish;
  const title = gameTitle(config, ended.game);
  useEffect(() => {
    tab.receipt.set(receipt);
    void queries.invalidateQueries({ queryKey: ['me'] });
  }, [tab, receipt, queries]);
  const games = (): void => {
    tab.player.reset();
    onGames();
  };
  const again = (): void => {
    if (wish === undefined) {
      games();
      return;
    }
    const { continues: _before, avoid: _avoid, ...rest } = wish;
    void tab.player.start(rest);
  };
  const acts = (
    <>
      <Button onClick={again} leftSection={<Icon name="play" size={18} />}>
        {t('ended.again')}
      </Button>
      <Button variant="default" onClick={games}>
        {t('ended.games')}
      </Button>
    </>
  );
  if (receipt !== undefined) {
    return (
      <ReceiptView receipt={receipt} timeline={timeline} title={title}>
        {acts}
      </ReceiptView>
    );
  }
  return (
    <section className={panel.panel}>
      <h1 className={panel.pageTitle}>{title}</h1>
      <p className={panel.lead}>{t(`ended.reasons.${ended.reason}`)}</p>
      {ended.receipt && (
        <p>
          {!failed && <Loader size="sm" />} {t(failed ? 'ended.later' : 'ended.waiting')}
        </p>
      )}
      <div className={classes.acts}>{acts}</div>
    </section>
  );
}
