<?php

declare(strict_types=1);

namespace Kopeck\Gate;

use PhpParser\Error;
use PhpParser\Lexer\Emulative;
use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Stmt;
use PhpParser\NodeFinder;
use PhpParser\NodeTraverser;
use PhpParser\NodeVisitor\NameResolver;
use PhpParser\Parser\Php7;

/**
 * Reads a file as the newest PHP does, and names what PHP 7.4 would not understand, would not have,
 * or would do otherwise.
 */
final class Gate
{
    private const TYPES = ['mixed', 'never', 'static', 'false', 'true', 'null'];

    /** What may stand after `new` before PHP 8.0, apart from a name. */
    private const AFTER_NEW = [
        Expr\Variable::class,
        Expr\PropertyFetch::class,
        Expr\StaticPropertyFetch::class,
        Expr\ArrayDimFetch::class,
        Stmt\Class_::class,
    ];

    /** @var array<string, array<string, string>> kind => lower-case name => version */
    private array $newer = [];

    /** @var list<string> */
    private array $reserved;

    private string $source = '';

    /** @var array<int, mixed> */
    private array $tokens = [];

    /** @var array<string, int> what was found => its line */
    private array $found = [];

    public function __construct()
    {
        $known = require __DIR__ . '/newer.php';
        $this->reserved = $this->words($known['reserved']);
        unset($known['reserved']);
        foreach ($known as $kind => $versions) {
            foreach ($versions as $version => $names) {
                foreach ($this->words($names) as $name) {
                    $this->newer[$kind][strtolower($name)] = (string) $version;
                }
            }
        }
    }

    /** @return list<string> */
    private function words(string $text): array
    {
        return preg_split('/\s+/', trim($text)) ?: [];
    }

    /** @return array<string, int> what was found => its first line */
    public function check(string $source): array
    {
        $lexer = new Emulative(['usedAttributes' => ['startLine', 'startTokenPos', 'endTokenPos', 'kind']]);
        [$this->source, $this->found] = [$source, []];
        try {
            $tree = (new Php7($lexer))->parse($source) ?? [];
        } catch (Error $error) {
            return ['cannot be read: ' . $error->getRawMessage() => $error->getStartLine()];
        }
        $this->tokens = $lexer->getTokens();
        foreach ((new NodeFinder())->findInstanceOf($tree, Node\Name::class) as $name) {
            $this->names($name);
        }
        $walk = new NodeTraverser();
        $walk->addVisitor(new NameResolver());
        foreach ((new NodeFinder())->find($walk->traverse($tree), static fn (Node $node): bool => true) as $node) {
            $this->node($node);
        }

        return $this->found;
    }

    private function refuse(Node $node, string $what): void
    {
        $this->found += [$what => $node->getStartLine()];
    }

    private function node(Node $node): void
    {
        $this->shapes($node);
        $this->members($node);
        $this->calls($node);
        $this->types($node);
        if ($node instanceof Node\FunctionLike) {
            $this->trailing($node->getParams(), $node, 'parameters');
        }
        if ($node instanceof Expr\Closure) {
            $this->trailing($node->uses, $node, 'captured variables');
        }
        if ($node instanceof Node\AttributeGroup) {
            $this->attribute($node);
        }
        if ($node instanceof Expr\BinaryOp) {
            $this->precedence($node);
        }
    }

    /** The parser binds `.` as tightly as + and -, as 7.4 does; from 8.0 on it binds less. */
    private function precedence(Expr\BinaryOp $node): void
    {
        if (preg_match('/^Expr_BinaryOp_(Plus|Minus|Shift)/', $node->getType()) !== 1) {
            return;
        }
        $left = $node->left instanceof Expr\BinaryOp\Concat && $this->first($node->left) === $this->first($node);
        $right = $node->right instanceof Expr\BinaryOp\Concat && $this->text($this->before($node->right)) !== '(';
        if ($left || $right) {
            $this->refuse($node, '. beside + or - or << without parentheses');
        }
    }

    /** Constructs that are nodes of their own. */
    private function shapes(Node $node): void
    {
        $shapes = [
            'Expr_Match' => 'match',
            'Expr_NullsafeMethodCall' => 'nullsafe ?->',
            'Expr_NullsafePropertyFetch' => 'nullsafe ?->',
            'Expr_Throw' => 'throw as an expression',
            'Stmt_Enum' => 'enum',
            'UnionType' => 'union type',
            'IntersectionType' => 'intersection type',
            'VariadicPlaceholder' => 'first-class callable f(...)',
        ];
        $kind = $node->getType();
        if (isset($shapes[$kind])) {
            $this->refuse($node, $shapes[$kind]);
        } elseif ($node instanceof Stmt\Catch_ && $node->var === null) {
            $this->refuse($node, 'catch without a variable');
        } elseif ($node instanceof Node\Arg && $node->name !== null) {
            $this->refuse($node, 'named argument');
        } elseif ($node instanceof Node\Scalar\LNumber && preg_match('/^0o/i', $this->start($node)) === 1) {
            $this->refuse($node, 'octal 0o');
        } elseif ($node instanceof Expr\ClassConstFetch && $node->class instanceof Expr) {
            $class = $node->name instanceof Node\Identifier && strtolower($node->name->name) === 'class';
            $chain = $node->class instanceof Expr\ClassConstFetch;
            if ($class || $chain) {
                $this->refuse($node, $class ? '::class on an object' : 'constant of a constant');
            }
        } elseif ($node instanceof Expr\ArrayDimFetch && $node->var instanceof Node\Scalar\Encapsed) {
            $this->refuse($node, 'part of an interpolated text');
        } elseif ($node instanceof Expr\Instanceof_ && $node->class instanceof Expr) {
            $this->afterNew($node->class, 'instanceof (expression)');
        } elseif ($node instanceof Expr\New_ && !$node->class instanceof Node\Name) {
            $this->afterNew($node->class, 'new (expression)');
        }
    }

    private function afterNew(Node $class, string $what): void
    {
        if (!in_array(get_class($class), self::AFTER_NEW, true) || $this->text($this->before($class)) === '(') {
            $this->refuse($class, $what);
        }
    }

    /** What classes are made of, and what stands in initializers. */
    private function members(Node $node): void
    {
        if ($node instanceof Node\Param && $node->flags !== 0) {
            $this->refuse($node, 'promoted constructor parameter');
        }
        $modified = $node instanceof Stmt\Property || $node instanceof Stmt\Class_ || $node instanceof Node\Param;
        if ($modified && ($node->flags & Stmt\Class_::MODIFIER_READONLY) !== 0) {
            $this->refuse($node, 'readonly');
        }
        if ($node instanceof Stmt\ClassConst && ($node->flags & Stmt\Class_::MODIFIER_FINAL) !== 0) {
            $this->refuse($node, 'final constant');
        }
        if ($node instanceof Stmt\Trait_ && $node->getConstants() !== []) {
            $this->refuse($node, 'constant in a trait');
        }
        foreach ($node instanceof Stmt\Trait_ ? $node->getMethods() : [] as $method) {
            if ($method->isAbstract() && $method->isPrivate()) {
                $this->refuse($method, 'abstract private method in a trait');
            }
        }
        $initial = null;
        if ($node instanceof Node\Param || $node instanceof Stmt\PropertyProperty || $node instanceof Stmt\StaticVar) {
            $initial = $node->default;
        } elseif ($node instanceof Node\Const_) {
            $initial = $node->value;
        }
        if ($initial !== null) {
            $running = static fn (Node $part): bool => $part instanceof Expr\New_
                || $part instanceof Expr\CallLike || $part instanceof Node\FunctionLike
                || $part instanceof Expr\PropertyFetch;
            if ((new NodeFinder())->findFirst([$initial], $running) !== null) {
                $this->refuse($node, 'new, call or closure in an initializer');
            }
        }
    }

    private function types(Node $node): void
    {
        $type = null;
        if ($node instanceof Node\FunctionLike) {
            $type = $node->getReturnType();
        } elseif ($node instanceof Node\Param || $node instanceof Stmt\Property) {
            $type = $node->type;
        }
        $type = $type instanceof Node\NullableType ? $type->type : $type;
        $name = $type instanceof Node\Name || $type instanceof Node\Identifier ? strtolower($type->toString()) : '';
        if (in_array($name, self::TYPES, true)) {
            $this->refuse($node, "type $name");
        }
    }

    /** Names that 7.4 does not know, and what it does otherwise. */
    private function calls(Node $node): void
    {
        if ($node instanceof Expr\FuncCall && $node->name instanceof Node\Name) {
            $called = strtolower($node->name->toString());
            $this->newer('functions', $called, $node, 'function');
            $quotes = in_array($called, ['htmlspecialchars', 'htmlentities', 'html_entity_decode'], true);
            if ($quotes && count($node->args) < 2) {
                $this->refuse($node, "$called() without ENT_QUOTES leaves ' before 8.1");
            }
        } elseif ($node instanceof Expr\ConstFetch) {
            $this->newer('constants', strtolower($node->name->toString()), $node, 'constant');
        } elseif ($node instanceof Node\Name\FullyQualified) {
            $this->newer('classes', strtolower($node->toString()), $node, 'class');
        }
        $class = $node instanceof Expr\New_ && $node->class instanceof Node\Name ? $node->class->toString() : '';
        if (strtolower($class) === 'pdo' && strpos($this->source, 'ERRMODE_EXCEPTION') === false) {
            $this->refuse($node, 'PDO without ERRMODE_EXCEPTION is silent before 8.0');
        }
    }

    private function newer(string $kind, string $name, Node $node, string $word): void
    {
        $version = $this->newer[$kind][$name] ?? null;
        // An attribute's class need not exist.
        if ($version !== null && !$this->inAttribute($node)) {
            $this->refuse($node, "$word $name of PHP $version");
        }
    }

    private function inAttribute(Node $node): bool
    {
        $line = explode("\n", $this->source)[$node->getStartLine() - 1];

        return strncmp(ltrim($line), '#[', 2) === 0;
    }

    private function names(Node\Name $name): void
    {
        foreach (count($name->parts) > 1 ? $name->parts : [] as $part) {
            if (in_array(strtolower($part), $this->reserved, true)) {
                $this->refuse($name, "reserved word $part in a name");
            }
        }
    }

    /** @param list<Node> $parts */
    private function trailing(array $parts, Node $of, string $what): void
    {
        $last = end($parts);
        if ($last !== false && $this->text($this->beside((int) $last->getAttribute('endTokenPos'), 1)) === ',') {
            $this->refuse($of, "comma after the last of the $what");
        }
    }

    /** In 7.4 `#[` begins a comment, up to the end of the line: all of it must be on that line, alone. */
    private function attribute(Node\AttributeGroup $group): void
    {
        $line = explode("\n", $this->source)[$group->getStartLine() - 1];
        $end = $this->tokens[$group->getAttribute('endTokenPos')];
        $closed = $this->lineOf((int) $group->getAttribute('endTokenPos')) === $group->getStartLine();
        $alone = preg_match('/^\s*#\[[^\]\[]*\]\s*$/', $line) === 1;
        if (!$closed || !$alone || $this->textOf($end) !== ']') {
            $this->refuse($group, 'attribute that is not alone on its line');
        }
    }

    private function first(Node $node): int
    {
        return (int) $node->getAttribute('startTokenPos');
    }

    private function start(Node $node): string
    {
        return $this->text($this->first($node));
    }

    private function before(Node $node): int
    {
        return $this->beside($this->first($node), -1);
    }

    /** The next token in that direction that is neither space nor comment. */
    private function beside(int $at, int $step): int
    {
        do {
            $at += $step;
            $token = $this->tokens[$at] ?? '';
        } while (is_array($token) && in_array($token[0], [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT], true));

        return $at;
    }

    private function text(int $at): string
    {
        return $this->textOf($this->tokens[$at] ?? '');
    }

    /** @param mixed $token */
    private function textOf($token): string
    {
        return is_array($token) ? $token[1] : (string) $token;
    }

    private function lineOf(int $at): int
    {
        $line = 1;
        foreach (array_slice($this->tokens, 0, $at) as $token) {
            $line += substr_count($this->textOf($token), "\n");
        }

        return $line;
    }
}
