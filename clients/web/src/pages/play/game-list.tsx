// clients/web/src/pages/play/game-list.tsx - the library: what can be played right now.
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PublicConfig } from '../../../../../src/protocol/http-api.ts';
import type { Game } from '../../../../../src/protocol/shapes.ts';
import { gameTitle } from '../../app/game-title.ts';
import { currentLanguage } from '../../i18n/index.ts';
import { remembered } from '../../player/remember.ts';
import { GameCover } from '../../ui/game-cover.tsx';
import { Icon } from '../../ui/icons.tsx';
import panel from '../../ui/panel.module.css';
import { useTitle } from '../../ui/use-title.ts';
import classes from './play.module.css';

/** What a game is played with, as icons with words. */
export function Inputs({ game }: { game: Game }) {
  const { t } = useTranslation();
  const { keyboard, mouse, gamepad, touch } = game.input;
  const has = { keyboard, mouse: mouse !== 'none', gamepad, touch };
  return (
    <ul className={classes.inputs}>
      {(['keyboard', 'mouse', 'gamepad', 'touch'] as const)
        .filter((name) => has[name])
        .map((name) => (
          <li key={name}>
            <Icon name={name} size={17} />
            {t(`play.inputs.${name}`)}
          </li>
        ))}
      {game.age !== undefined && <li className={classes.age}>{game.age}+</li>}
      {game.saves && (
        <li>
          <Icon name="disk" size={17} />
          {t('play.list.saves')}
        </li>
      )}
    </ul>
  );
}

function GoOn({ config, onResume }: { config: PublicConfig; onResume: () => void }) {
  const { t } = useTranslation();
  const before = remembered();
  if (before === undefined) return null;
  const title = gameTitle(config, before.game);
  return (
    <section className={`${panel.panel} ${classes.goOn}`}>
      <div>
        <h2>{t('play.list.goOn.title')}</h2>
        <p>{t('play.list.goOn.text', { game: title })}</p>
      </div>
      <Button onClick={onResume}>{t('play.list.goOn.go')}</Button>
    </section>
  );
}

/** The library. */
export function GameList({ config, onResume }: { config: PublicConfig; onResume: () => void }) {
  const { t } = useTranslation();
  useTitle(t('shell.nav.play'));
  const language = currentLanguage();
  return (
    <>
      <h1 className={panel.pageTitle}>{t('play.list.title')}</h1>
      <GoOn config={config} onResume={onResume} />
      {config.games.length === 0 && <p className={panel.lead}>{t('play.list.none')}</p>}
      <div className={classes.games}>
        {config.games.map((game) => (
          <Link key={game.id} to="/play" search={{ game: game.id }} className={classes.game} data-game={game.id}>
            <GameCover id={game.id} />
            <div className={classes.gameText}>
              <h2>{game.title[language]}</h2>
              <p>{game.summary[language]}</p>
              <Inputs game={game} />
            </div>
          </Link>
        ))}
      </div>
    </>
  );
}
