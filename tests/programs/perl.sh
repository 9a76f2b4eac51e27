# perl: data structures and patterns, then children, pipes and threads.
. "$(dirname "$0")/common.bash"

both perl "$input/objects.pl" 0.3
expect runs succeeded
expect answers_as_under_glibc same out
expect is_served served "$work/library/out.err" "$pid"

cat >"$work/children.pl" <<'PERL'
use strict;
use warnings;
use threads;

sub work {
    my ($seed) = @_;
    my %seen;
    for (1 .. 3000) {
        $seen{ join ',', map { $_ * $seed } 1 .. $_ % 50 } .= 'x' x $_;
    }
    my $sum = 0;
    $sum += length($_) * length $seen{$_} for keys %seen;
    return $sum;
}

my @threads = map { my $n = $_; threads->create(sub { work($n) }) } 1 .. 4;
print "thread ", $_->join, "\n" for @threads;
for my $n (1 .. 8) {
    my $child = open my $from, '-|';
    if (!$child) { print "child $n ", work($n), "\n"; exit 0 }
    print <$from>;
    close $from or die "child $n: $?";
}
print `echo from a shell`;
PERL
both perl "$work/children.pl"
expect threads_and_children_run succeeded
expect threads_and_children_answer_as_under_glibc same out
expect children_are_served served_processes "$work/library/out.err" 9
