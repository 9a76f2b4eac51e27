# A Perl program of hashes, lists, strings and patterns.
# Usage: objects.pl SCALE
use strict;
use warnings;

my $scale = shift;
my (%count, %index, @lines);
my $x = 42;
for my $i (1 .. int(120000 * $scale) + 1) {
    $x = ($x * 1103515245 + 12345) % 2147483648;
    my $line = join ' ', map { sprintf '%x', ($x >> $_) & 0xffff } 0 .. 7;
    push @lines, $line;
    $count{$_}++ for split / /, $line;
    push @{ $index{ $x % 5000 } }, { line => $line, at => $i };
}
my $text = join "\n", @lines;
(my $changed = $text) =~ s/([0-9]+)([a-f])/$2-$1/g;
my @sorted = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
my $sum = 0;
for my $list (map { $index{$_} } sort { $a <=> $b } keys %index) {
    $sum += $_->{at} * length $_->{line} for @$list;
}
my @nested = map { [ map { { value => $_ } } 1 .. 50 ] }
    1 .. int(8000 * $scale) + 1;
$sum += $_->[49]{value} for @nested;
print join(' ', scalar @sorted, @sorted[0 .. 4], length $changed, $sum), "\n";
