<?php

/** Refuses what PHP 7.4 cannot run: php tests/php/syntax74.php FOLDER... (needs Debian's php-parser) */

declare(strict_types=1);

use Kopeck\Gate\Gate;

require '/usr/share/php/PhpParser/autoload.php';
require __DIR__ . '/syntax74/Gate.php';

$gate = new Gate();
$wrong = 0;
// A gate that finds nothing proves nothing: first it finds each of the samples.
foreach (require __DIR__ . '/syntax74/samples.php' as [$expected, $code]) {
    $found = array_keys($gate->check("<?php\n$code\n"));
    if ($found !== (array) $expected) {
        echo "self-test: $code\n  expected: ", json_encode((array) $expected), "\n  found: ", json_encode($found), "\n";
        $wrong++;
    }
}
foreach (array_slice($argv, 1) as $folder) {
    $count = 0;
    $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS));
    foreach ($files as $file) {
        if ($file->getExtension() !== 'php') {
            continue;
        }
        $count++;
        foreach ($gate->check((string) file_get_contents($file->getPathname())) as $what => $line) {
            echo "{$file->getPathname()}:$line: $what\n";
            $wrong++;
        }
    }
    if ($count === 0) {
        echo "$folder: no file of PHP\n";
        $wrong++;
    }
}
exit($wrong === 0 ? 0 : 1);
