// clients/web/src/app/game-title.ts - what a game is called in the reader's language; one that the hub offers no more by its id.
import { useQuery } from '@tanstack/react-query';
import type { PublicConfig } from '../../../../src/protocol/http-api.ts';
import { currentLanguage } from '../i18n/index.ts';
import { configQuery } from './config.ts';

/** The title of a game. */
export const gameTitle = ({ games }: PublicConfig, game: string): string =>
  games.find(({ id }) => id === game)?.title[currentLanguage()] ?? game;

/** Titles by id; the id until the hub's configuration is there. */
export function useGameTitle(): (game: string) => string {
  const { data: config } = useQuery(configQuery);
  return (game) => (config === undefined ? game : gameTitle(config, game));
}
