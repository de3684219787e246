// test/contract/hub-store.ts - what any store of logins and bindings must do; run over memory and over Postgres.
import { beforeEach, expect, test } from 'vitest';
import type { LoginStore, NodeStore } from '../../src/app/ports.ts';
import type { NodeId, OperatorId, PlayerId } from '../../src/base/ids.ts';
import { MACHINE } from '../support/hub/fake-node.ts';

const hash = (n: number): string => n.toString(16).padStart(64, '0');
const address = (n: number): string => `0x${n.toString(16).padStart(40, '0')}`;
const [player, operator, other] = [address(1) as PlayerId, address(2) as OperatorId, address(3) as OperatorId];
const node = (n: number): NodeId => address(100 + n) as NodeId;

/** The suite; `make` gives fresh stores. */
export function hubStoreSuite(make: () => Promise<{ logins: LoginStore; nodes: NodeStore }>): void {
  let logins: LoginStore;
  let nodes: NodeStore;
  beforeEach(async () => {
    ({ logins, nodes } = await make());
  });

  test('a login is found until it is over, extended or removed', async () => {
    await logins.add(hash(1), player, 1_000);
    expect(await logins.find(hash(1), 999)).toEqual({ player, untilMs: 1_000 });
    expect(await logins.find(hash(1), 1_000)).toBeUndefined();
    expect(await logins.find(hash(2), 0)).toBeUndefined();
    await logins.extend(hash(1), 5_000);
    expect(await logins.find(hash(1), 4_000)).toEqual({ player, untilMs: 5_000 });
    await logins.remove(hash(1));
    expect(await logins.find(hash(1), 0)).toBeUndefined();
    await logins.remove(hash(1));
  });

  test('logins that are long over make room, the others stay', async () => {
    await logins.add(hash(1), player, 1_000);
    const late = 700_000_000_000;
    for (let i = 2; i <= 101; i++) await logins.add(hash(i), player, late);
    expect(await logins.find(hash(50), late - 1)).toEqual({ player, untilMs: late });
    expect(await logins.find(hash(1), late)).toBeUndefined();
  });

  test('a token binds one machine, for ever and to one operator', async () => {
    await nodes.addToken(hash(1), operator, 1_000);
    await nodes.addToken(hash(2), other, 1_000);
    expect(await nodes.bind(hash(9), node(1), 0)).toMatchObject({ ok: false, error: { code: 'TOKEN_UNKNOWN' } });
    expect(await nodes.bind(hash(1), node(1), 1_000)).toMatchObject({ ok: false, error: { code: 'TOKEN_UNKNOWN' } });
    const bound = await nodes.bind(hash(1), node(1), 500);
    expect(bound).toMatchObject({ ok: true, value: { node: node(1), operator, premiumBps: 0, suspended: false } });
    expect(await nodes.bind(hash(1), node(1), 2_000)).toEqual(bound);
    expect(await nodes.bind(hash(1), node(2), 500)).toMatchObject({ ok: false, error: { code: 'NODE_TOKEN_USED' } });
    expect(await nodes.bind(hash(2), node(1), 500)).toMatchObject({ ok: false, error: { code: 'NODE_NOT_BOUND' } });
    expect(await nodes.find(node(1))).toMatchObject({ operator });
    expect(await nodes.find(node(2))).toBeUndefined();
  });

  test('two hellos of one new machine at once bind it once, whichever token each shows', async () => {
    for (let n = 1; n <= 20; n++) {
      await nodes.addToken(hash(2 * n), operator, 1_000);
      await nodes.addToken(hash(2 * n + 1), n % 2 === 0 ? operator : other, 1_000);
      const both = await Promise.all([nodes.bind(hash(2 * n), node(n), 0), nodes.bind(hash(2 * n + 1), node(n), 0)]);
      const bound = both.flatMap((one) => (one.ok ? [one.value.operator] : []));
      expect(bound).toHaveLength(n % 2 === 0 ? 2 : 1);
      expect((await nodes.find(node(n)))?.operator).toBe(bound[0]);
      expect(both.find(({ ok }) => !ok) ?? { error: { code: 'NODE_NOT_BOUND' } }).toMatchObject({
        error: { code: 'NODE_NOT_BOUND' },
      });
    }
  });

  test('a machine that was taken out is nobody’s, its token is used up, and a new one binds it again', async () => {
    await nodes.addToken(hash(1), operator, 1_000);
    await nodes.bind(hash(1), node(1), 0);
    expect(await nodes.unbind(node(1), other, 1)).toBe(false);
    expect(await nodes.formerOf(operator)).toEqual([]);
    expect(await nodes.find(node(1))).toMatchObject({ operator });
    expect(await nodes.unbind(node(1), operator, 2)).toBe(true);
    expect(await nodes.unbind(node(1), operator, 3)).toBe(false);
    expect(await nodes.find(node(1))).toBeUndefined();
    expect(await nodes.bind(hash(1), node(1), 500)).toMatchObject({ ok: false, error: { code: 'TOKEN_UNKNOWN' } });
    await nodes.addToken(hash(2), other, 1_000);
    expect(await nodes.bind(hash(2), node(1), 500)).toMatchObject({ ok: true, value: { operator: other } });
    expect(await nodes.formerOf(operator)).toEqual([{ node: node(1), name: 'new' }]);
    expect(await nodes.formerOf(other)).toEqual([]);
  });

  test('former machines are told the last first, and not while they are the operator’s again', async () => {
    for (const at of [1, 2, 3]) {
      await nodes.addToken(hash(at), operator, 1_000);
      await nodes.bind(hash(at), node(at), 0);
      await nodes.unbind(node(at), operator, at);
    }
    await nodes.addToken(hash(9), operator, 1_000);
    await nodes.bind(hash(9), node(2), 0);
    expect((await nodes.formerOf(operator)).map((each) => each.node)).toEqual([node(3), node(1)]);
    await nodes.unbind(node(2), operator, 4);
    expect((await nodes.formerOf(operator)).map((each) => each.node)).toEqual([node(2), node(3), node(1)]);
  });

  test('adding a token again changes nothing', async () => {
    await nodes.addToken(hash(1), operator, 1_000);
    await nodes.bind(hash(1), node(1), 0);
    await nodes.addToken(hash(1), other, 9_000);
    expect(await nodes.bind(hash(1), node(2), 0)).toMatchObject({ ok: false, error: { code: 'NODE_TOKEN_USED' } });
  });

  test('of twenty machines that use one token at once, one is bound', async () => {
    await nodes.addToken(hash(1), operator, 1_000);
    const tries = await Promise.all(Array.from({ length: 20 }, (_, i) => nodes.bind(hash(1), node(i), 0)));
    expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await nodes.ofOperator(operator)).toHaveLength(1);
  });

  test('what a machine says of itself is kept, and listed for its operator only', async () => {
    await nodes.addToken(hash(1), operator, 1_000);
    await nodes.bind(hash(1), node(1), 0);
    await nodes.seen(node(1), { ...MACHINE, name: 'Taipei-7', region: 'tw' }, 4, 777);
    expect(await nodes.ofOperator(operator)).toMatchObject([
      { node: node(1), name: 'Taipei-7', region: 'tw', slots: 4, seenAtMs: 777 },
    ]);
    expect(await nodes.ofOperator(other)).toEqual([]);
    await nodes.seen(node(5), MACHINE, 4, 1);
    expect(await nodes.find(node(5))).toBeUndefined();
  });
}
