# node: buffers, compression, hashing, worker threads; then child processes.
. "$(dirname "$0")/common.bash"

both node "$input/objects.js" 0.2
expect runs succeeded
expect answers_as_under_glibc same out
expect is_served served "$work/library/out.err" "$pid"

cat >"$work/children.js" <<'JS'
'use strict';
const { execFileSync, fork } = require('child_process');
if (process.argv[2] === 'child') {
    const lists = Array.from({ length: 2000 }, (_, i) => Buffer.alloc(i, i));
    process.send(lists.reduce((sum, list) => sum + list.length, 0));
} else {
    const answers = [1, 2, 3].map(() => new Promise((resolve) => {
        fork(__filename, ['child']).on('message', resolve);
    }));
    Promise.all(answers).then((list) => {
        console.log(list, String(execFileSync('echo', ['from', 'echo'])));
    });
}
JS
both node "$work/children.js"
expect children_run succeeded
expect children_answer_as_under_glibc same out
expect children_are_served served_processes "$work/library/out.err" 4
