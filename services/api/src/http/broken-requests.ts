import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { ApiError } from '../errors.ts';
import { PROBLEM_MEDIA_TYPE } from '../problems/problem.ts';
import { answerProblem } from '../problems/translate.ts';

/** Answers bytes that are no HTTP request, and closes: behind them nothing can be trusted to begin a request. */
export function answerBrokenRequest(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = new ApiError('request_malformed', 'This is no HTTP request, or not a whole one');
  const { status, body } = answerProblem(refusal, randomUUID());
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} Bad Request`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}
