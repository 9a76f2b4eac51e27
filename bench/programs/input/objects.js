// A JavaScript program whose memory is not the engine's own heap alone:
// buffers, compression, hashing, worker threads.
// Usage: objects.js SCALE
'use strict';
const crypto = require('crypto');
const zlib = require('zlib');
const { Worker, isMainThread, parentPort, workerData } =
    require('worker_threads');

function work(seed, scale) {
    const hash = crypto.createHash('sha256');
    let kept = [];
    let x = seed;
    for (let i = 0; i < 18000 * scale + 1; i++) {
        x = (Math.imul(x, 1103515245) + 12345) >>> 0;
        const buffer = Buffer.allocUnsafeSlow(64 + x % 20000).fill(i & 255);
        kept.push(buffer);
        if (kept.length > 500) kept = kept.slice(250);
        if (i % 10 === 0) hash.update(zlib.deflateSync(buffer));
        if (i % 16 === 0) {
            const text = JSON.stringify(
                Array.from({ length: 200 }, (_, k) => ({ k, x: x + k })));
            hash.update(String(JSON.parse(text).length) + text.slice(-40));
        }
    }
    return hash.digest('hex');
}

if (isMainThread) {
    const scale = Number(process.argv[2]);
    const answers = [1, 2].map((seed) => new Promise((resolve, reject) => {
        const worker = new Worker(__filename, { workerData: { seed, scale } });
        worker.on('message', resolve);
        worker.on('error', reject);
    }));
    Promise.all(answers).then((list) => {
        console.log(work(3, scale), ...list);
    });
} else {
    parentPort.postMessage(work(workerData.seed, workerData.scale));
}
