// test/contract/operator-store.ts - what any store of the operator's console must do; run over memory and over Postgres.
import { beforeEach, expect, test } from 'vitest';
import type { OperatorStore } from '../../src/app/operator/ports.ts';
import type { NodeId, OperatorId } from '../../src/base/ids.ts';

const address = (n: number): string => `0x${n.toString(16).padStart(40, '0')}`;
const [operator, other] = [address(2) as OperatorId, address(3) as OperatorId];
const node = (n: number): NodeId => address(100 + n) as NodeId;

/** The suite; `make` gives a fresh store. */
export function operatorStoreSuite(make: () => Promise<OperatorStore>): void {
  let store: OperatorStore;
  beforeEach(async () => {
    store = await make();
  });

  test('a machine is away from its first loss until it is back, and its operator alone finds that', async () => {
    await store.wentAway(node(1), operator, 100.5, false);
    await store.wentAway(node(1), operator, 200, true);
    await store.wentAway(node(2), other, 300, true);
    expect(await store.away(operator, 0, 9)).toEqual([
      { node: node(1), fromMs: 100, untilMs: undefined, planned: false },
    ]);
    await store.cameBack(node(1), operator, 400);
    await store.cameBack(node(1), operator, 500);
    await store.wentAway(node(1), operator, 600, false);
    const all = await store.away(operator, 0, 9);
    expect(all).toMatchObject([{ fromMs: 600, untilMs: undefined }, { untilMs: 400 }]);
    expect(await store.away(operator, 500, 9)).toEqual(all.slice(0, 1));
    expect(await store.away(operator, 0, 1)).toEqual(all.slice(0, 1));
    expect(await store.away(other, 0, 9)).toMatchObject([{ node: node(2), planned: true }]);
  });

  test('plans are found until they are over or taken back; adding one again changes nothing', async () => {
    const plan = (id: string, fromMs: number, untilMs: number) => {
      return { id: `w_${id.repeat(26)}`, node: node(1), operator, fromMs, untilMs };
    };
    const [first, second] = [plan('1', 100, 200), plan('2', 300, 400)];
    await store.addWindows([first, second]);
    await store.addWindows([first]);
    expect(await store.windows(0)).toEqual([first, second]);
    expect(await store.windows(200)).toEqual([second]);
    await store.removeWindow(second.id);
    await store.removeWindow(second.id);
    expect(await store.windows(0)).toEqual([first]);
  });

  test('tags are the operator’s, not the machine’s', async () => {
    await store.setTags(node(1), operator, ['rack 1', '機房']);
    await store.setTags(node(2), operator, ['x']);
    await store.setTags(node(1), other, ['mine']);
    await store.setTags(node(2), operator, []);
    expect([...(await store.tags(operator))]).toEqual([[node(1), ['rack 1', '機房']]]);
    expect([...(await store.tags(other))]).toEqual([[node(1), ['mine']]]);
  });

  test('a machine is missed while it was there last: not when it is away, and not when it went in peace', async () => {
    await store.cameBack(node(1), operator, 1);
    await store.cameBack(node(1), operator, 2);
    await store.cameBack(node(2), operator, 1);
    await store.cameBack(node(3), operator, 1);
    await store.wentAway(node(2), operator, 3, false);
    await store.wentInPeace(node(3));
    expect(await store.watched()).toEqual([node(1)]);
    expect((await store.away(operator, 0, 9)).map((each) => each.node)).toEqual([node(2)]);
  });

  test('alert settings are kept whole, and those are told who can be', async () => {
    const none = {
      operator,
      webhook: undefined,
      mail: undefined,
      language: 'en' as const,
      offlineMinutes: 5,
      payoutWei: undefined,
    };
    expect(await store.alertSettings(operator)).toBeUndefined();
    await store.setAlertSettings(none);
    expect(await store.alertSettings(operator)).toEqual(none);
    expect(await store.whoIsTold()).toEqual([]);
    const full = {
      ...none,
      webhook: { url: 'https://a.example', salt: 's' },
      mail: 'a@b.example',
      payoutWei: 10n ** 24n,
    };
    await store.setAlertSettings(full);
    expect(await store.whoIsTold()).toEqual([full]);
    expect(await store.alertSettings(other)).toBeUndefined();
  });

  test('an alert is kept with what was told, and its end', async () => {
    const alert = (n: string, change: object = {}) => ({
      ...{ id: `a_${n.repeat(26)}`, operator, kind: 'offline' as const, subject: node(1), name: 'One' },
      ...{ facts: { sinceMs: 7 }, beganAtMs: 10, endedAtMs: undefined, told: [], ...change },
    });
    await store.putAlert(alert('1'));
    await store.putAlert(alert('1', { told: ['began/mail', 'ended/mail'], endedAtMs: 20 }));
    await store.putAlert(alert('2', { beganAtMs: 30 }));
    await store.putAlert(alert('3', { operator: other }));
    expect(await store.alerts(operator)).toEqual([
      alert('1', { told: ['began/mail', 'ended/mail'], endedAtMs: 20 }),
      alert('2', { beganAtMs: 30 }),
    ]);
    await store.wasTold(alert('2').id, 'began/webhook');
    await store.wasTold(alert('2').id, 'began/mail');
    await store.wasTold(alert('9').id, 'began/mail'); // It is not there: nothing is written.
    await store.putAlert(alert('2', { beganAtMs: 30, endedAtMs: 40 })); // By one who had not read what was told.
    expect((await store.alerts(operator))[1]).toEqual(
      alert('2', { beganAtMs: 30, endedAtMs: 40, told: ['began/mail', 'began/webhook'] }),
    );
    await store.removeAlert(alert('1').id);
    expect((await store.alerts(operator)).map(({ id }) => id)).toEqual([alert('2').id]);
  });
}
