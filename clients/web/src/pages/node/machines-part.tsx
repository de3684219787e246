// clients/web/src/pages/node/machines-part.tsx - the operator's machines: how each stands, its tags, when one that leaves is empty;
// what is done to several at once, and what is planned.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOlder } from '../../../../../src/base/version-order.ts';
import type { OperatorNodes } from '../../../../../src/protocol/http-api.ts';
import type { Fleet } from '../../../../../src/protocol/operator-api.ts';
import { configQuery } from '../../app/config.ts';
import { operatorCalls } from '../../app/operator-calls.ts';
import { need } from '../../player/api.ts';
import { ago, basisPoints, clock, dbc } from '../../ui/format.ts';
import panel from '../../ui/panel.module.css';
import { NumberCell, ScrollTable } from '../../ui/scroll-table.tsx';
import { BulkActs } from './bulk-acts.tsx';
import more from './console.module.css';
import { MachineDialog } from './machine-dialog.tsx';
import classes from './node.module.css';
import { PlansList } from './plans-list.tsx';

const REFRESH_MS = 5_000;

type Machine = OperatorNodes['nodes'][number];
type Beside = Fleet['nodes'][number];

/** The chosen machines that are (still) shown. */
export function chosenOf(nodes: readonly Machine[], chosen: ReadonlySet<string>): readonly Machine[] {
  return nodes.filter(({ node }) => chosen.has(node));
}

function State({ machine, beside }: { machine: Machine; beside: Beside | undefined }) {
  const { t } = useTranslation();
  const { leavesAtMs, lastEndsAtMs } = beside ?? {};
  return (
    <>
      <span className={classes.state} data-state={machine.state}>
        <i aria-hidden="true" />
        {t(`node.list.stages.${machine.stage}`)}
      </span>
      {lastEndsAtMs !== undefined && (
        <p className={more.under}>
          {t('console.fleet.lastEnds', { time: clock(lastEndsAtMs), count: machine.sessions })}
        </p>
      )}
      {lastEndsAtMs === undefined && leavesAtMs !== undefined && (
        <p className={more.under}>{t('console.fleet.empty')}</p>
      )}
    </>
  );
}

/** The version of a machine's program, and whether the hub's is newer. */
function Version({ version, hub }: { version: string | undefined; hub: string | undefined }) {
  const { t } = useTranslation();
  if (version === undefined) return null;
  const behind = hub !== undefined && isOlder(version, hub);
  return (
    <p className={more.under} data-behind={behind}>
      {t(behind ? 'console.fleet.behind' : 'console.fleet.version', { version, hub })}
    </p>
  );
}

function Filter({ tags, tag, onTag }: { tags: readonly string[]; tag: string; onTag: (tag: string) => void }) {
  const { t } = useTranslation();
  if (tags.length === 0) return null;
  return (
    <fieldset className={more.filter}>
      <legend className={panel.small}>{t('console.fleet.show')}</legend>
      {['', ...tags].map((each) => (
        <Button
          key={each}
          size="compact-md"
          variant={tag === each ? 'filled' : 'default'}
          aria-pressed={tag === each}
          onClick={() => onTag(each)}
        >
          {each === '' ? t('console.fleet.all') : each}
        </Button>
      ))}
    </fieldset>
  );
}

function Row({
  machine,
  beside,
  hubVersion,
  chosen,
  onChoose,
  onOpen,
}: {
  machine: Machine;
  beside: Beside | undefined;
  hubVersion: string | undefined;
  chosen: boolean;
  onChoose: () => void;
  onOpen: () => void;
}) {
  const { t } = useTranslation();
  const { name, region, state, slots, sessions, premiumBps, earnedWei, seenAtMs } = machine;
  return (
    <tr data-machine={machine.node}>
      <td>
        <input
          type="checkbox"
          className={more.check}
          checked={chosen}
          onChange={onChoose}
          aria-label={t('console.fleet.choose', { name })}
        />
      </td>
      <td>
        {name}
        <Version version={machine.agentVersion} hub={hubVersion} />
        {beside !== undefined && beside.tags.length > 0 && <p className={more.under}>{beside.tags.join(' · ')}</p>}
      </td>
      <td>{region}</td>
      <td>
        <State machine={machine} beside={beside} />
      </td>
      <td>{t('node.list.seatsOf', { used: sessions, all: slots })}</td>
      <NumberCell>{basisPoints(premiumBps)}</NumberCell>
      <NumberCell>{dbc(earnedWei, 4, 2)} DBC</NumberCell>
      <td>{state !== 'offline' ? t('node.list.now') : ago(Date.now() - seenAtMs)}</td>
      <td>
        <Button variant="default" aria-label={t('node.machine.title', { name })} onClick={onOpen}>
          {t('node.list.change')}
        </Button>
      </td>
    </tr>
  );
}

/** All machines of the visitor; `onChanged` after an act that changed one. */
export function MachinesPart({
  wallet,
  nodes,
  onChanged,
}: {
  wallet: string;
  nodes: readonly Machine[];
  onChanged: () => void;
}) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<string>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [tag, setTag] = useState('');
  const { data: fleet, refetch } = useQuery({
    queryKey: ['operator-fleet', wallet],
    queryFn: () => need(operatorCalls.fleet()),
    refetchInterval: REFRESH_MS,
  });
  const { data: config } = useQuery(configQuery);
  const isBehind = ({ agentVersion }: Machine): boolean =>
    agentVersion !== undefined && config !== undefined && isOlder(agentVersion, config.version);
  const besideOf = (node: string) => fleet?.nodes.find((each) => each.node === node);
  const tags = [...new Set((fleet?.nodes ?? []).flatMap((each) => each.tags))].toSorted();
  const tagNow = tags.includes(tag) ? tag : ''; // The last machine with it may have lost it.
  const shown = nodes.filter(({ node }) => tagNow === '' || besideOf(node)?.tags.includes(tagNow));
  const open = nodes.find(({ node }) => node === opened);
  const total = nodes.reduce((sum, { earnedWei }) => sum + BigInt(earnedWei), 0n);
  const changed = (): void => {
    onChanged();
    void refetch();
  };
  const toggle = (node: string): void => {
    const next = new Set(chosen);
    if (!next.delete(node)) next.add(node);
    setChosen(next);
  };
  const all = shown.length > 0 && shown.every(({ node }) => chosen.has(node));
  return (
    <section className={panel.panel} data-machines={shown.length}>
      <h2 className={panel.title}>{t('node.list.title')}</h2>
      {nodes.length === 0 ? (
        <p>{t('node.list.none')}</p>
      ) : (
        <>
          <p className={classes.total}>
            <strong className={panel.near}>{dbc(total, 4, 2)} DBC</strong> <span>{t('node.total')}</span>
          </p>
          <Filter tags={tags} tag={tagNow} onTag={setTag} />
          <label className={more.chooseAll}>
            <input
              type="checkbox"
              className={more.check}
              checked={all}
              onChange={() => setChosen(all ? new Set() : new Set(shown.map(({ node }) => node)))}
            />
            {t('console.fleet.chooseAll')}
          </label>
          <ScrollTable
            name={t('node.list.title')}
            head={[
              { name: t('console.fleet.chosen') },
              { name: t('node.list.name') },
              { name: t('node.list.region') },
              { name: t('node.list.state') },
              { name: t('node.list.seats') },
              { name: t('node.list.premium'), number: true },
              { name: t('node.list.earned'), number: true },
              { name: t('node.list.seen') },
              { name: t('node.list.change') },
            ]}
          >
            {shown.map((machine) => (
              <Row
                key={machine.node}
                machine={machine}
                beside={besideOf(machine.node)}
                hubVersion={config?.version}
                chosen={chosen.has(machine.node)}
                onChoose={() => toggle(machine.node)}
                onOpen={() => setOpened(machine.node)}
              />
            ))}
          </ScrollTable>
          {nodes.some(isBehind) && <p data-update>{t('console.fleet.update', { version: config?.version })}</p>}
          <BulkActs machines={chosenOf(shown, chosen)} onDone={changed} />
          {fleet !== undefined && <PlansList windows={fleet.windows} nodes={nodes} onDone={changed} />}
        </>
      )}
      {open !== undefined && (
        <MachineDialog
          key={open.node}
          machine={open}
          onClose={(was) => {
            setOpened(undefined);
            if (was) changed();
          }}
        />
      )}
    </section>
  );
}
