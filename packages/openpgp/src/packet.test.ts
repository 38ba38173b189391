import { expect, test } from 'vitest';
import { lengthOctets, packet, tag, timeOctets } from './packet.ts';

test.each([
  [100, '64'],
  [1723, 'c5fb'],
  [100_000, 'ff000186a0'],
])('a length of %i is written as in the examples of RFC 9580 §4.2.1.5: %s', (length, hex) => {
  expect(Buffer.from(lengthOctets(length)).toString('hex')).toBe(hex);
});

test.each([
  [0, '00'],
  [191, 'bf'],
  [192, 'c000'],
  [8383, 'dfff'],
  [8384, 'ff000020c0'],
  [0xffffffff, 'ffffffffff'],
])('a length of %i, at a border, is %s', (length, hex) => {
  expect(Buffer.from(lengthOctets(length)).toString('hex')).toBe(hex);
});

test('a packet is its tag, its length, its body', () => {
  expect(packet(tag.userId, Buffer.from('Alice')).toString('hex')).toBe('cd05416c696365');
});

test('a time is in whole seconds, rounded down', () => {
  expect(timeOctets(new Date(0x60000000 * 1000 + 999)).toString('hex')).toBe('60000000');
});
