# git: a history imported, repacked in threads, checked, cloned, merged, read.
. "$(dirname "$0")/common.bash"

"$python" "$input/history.py" 0.3 >"$work/history"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=$work
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_AUTHOR_DATE='1600000000 +0000' GIT_COMMITTER_DATE='1600000000 +0000'

cat >"$work/session" <<'SH'
set -e
git init -q -b main repository
cd repository
git fast-import --quiet <../../history
git repack -adfq --threads=2
git gc -q --aggressive --prune=now
git fsck --full --strict --no-progress
git checkout -q -b side main~50
echo line >>side.txt
git add side.txt
git commit -q -m 'On the side'
git checkout -q main
git merge -q -m 'Together' side
git log -p --stat --format=fuller main
git blame main -- part0/file0.txt
git grep -n -c a
cd ..
git clone -q --no-local repository clone 2>clone.log
git -C clone rev-parse HEAD
git -C clone archive --format=tar HEAD | cksum
SH
both sh "$work/session"
expect runs succeeded
expect answers_as_under_glibc same out
# Every command is a process, and several start more.
expect every_command_is_served served_processes "$work/library/out.err" 15
both git -C repository log --oneline --graph
expect log_answers_as_under_glibc same out
expect log_is_served served "$work/library/out.err" "$pid"
