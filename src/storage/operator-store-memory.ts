// src/storage/operator-store-memory.ts - what the operator's console keeps, without a disk: for tests and a look at the product.
import type { AlertSettings, Away, KeptAlert, KeptWindow, OperatorStore } from '../app/operator/ports.ts';
import type { NodeId, OperatorId } from '../base/ids.ts';

/** Facts that end with the process. */
export function memoryOperators(): OperatorStore {
  const away: (Away & { operator: OperatorId; untilMs: number | undefined })[] = [];
  const watched = new Set<NodeId>();
  const settings = new Map<OperatorId, AlertSettings>();
  const alerts = new Map<string, KeptAlert>();
  const windows = new Map<string, KeptWindow>();
  const tags = new Map<OperatorId, Map<NodeId, readonly string[]>>();
  const open = (node: string) => away.find((each) => each.node === node && each.untilMs === undefined);
  return {
    wentAway: async (node, operator, fromMs, planned) => {
      watched.delete(node);
      if (open(node) !== undefined) return;
      away.push({ node, operator, fromMs: Math.floor(fromMs), untilMs: undefined, planned });
    },
    cameBack: async (node, _operator, untilMs) => {
      watched.add(node);
      const found = open(node);
      if (found !== undefined) away[away.indexOf(found)] = { ...found, untilMs: Math.floor(untilMs) };
    },
    wentInPeace: async (node) => void watched.delete(node),
    watched: async () => [...watched],
    away: async (operator, sinceMs, limit) =>
      away
        .filter((each) => each.operator === operator && each.fromMs >= sinceMs)
        .toSorted((a, b) => b.fromMs - a.fromMs)
        .slice(0, limit)
        .map(({ node, fromMs, untilMs, planned }) => ({ node, fromMs, untilMs, planned })),
    windows: async (wallMs) => [...windows.values()].filter(({ untilMs }) => untilMs > wallMs),
    addWindows: async (added) => {
      for (const window of added) windows.set(window.id, window);
    },
    removeWindow: async (id) => void windows.delete(id),
    tags: async (operator) => tags.get(operator) ?? new Map(),
    setTags: async (node, operator, list) => {
      const own = new Map(tags.get(operator));
      own.delete(node);
      tags.set(operator, list.length === 0 ? own : own.set(node, [...list]));
    },
    alertSettings: async (operator) => settings.get(operator),
    setAlertSettings: async (of) => void settings.set(of.operator, of),
    whoIsTold: async () =>
      [...settings.values()].filter(({ webhook, mail }) => webhook !== undefined || mail !== undefined),
    alerts: async (operator) =>
      [...alerts.values()]
        .filter((alert) => alert.operator === operator)
        .toSorted((a, b) => a.beganAtMs - b.beganAtMs || (a.id < b.id ? -1 : 1)),
    putAlert: async (alert) => {
      const told = new Set([...(alerts.get(alert.id)?.told ?? []), ...alert.told]);
      alerts.set(alert.id, { ...alert, told: [...told].toSorted() });
    },
    wasTold: async (id, message) => {
      const alert = alerts.get(id);
      if (alert === undefined) return;
      alerts.set(id, { ...alert, told: [...new Set([...alert.told, message])].toSorted() });
    },
    removeAlert: async (id) => void alerts.delete(id),
  };
}
