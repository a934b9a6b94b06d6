namespace Plumbline.Rewards.Arithmetic;

/// <summary>
/// The exact value of an arithmetic expression: numbers, <c>+ - * / ^</c> (also <c>×</c>, <c>·</c>, <c>÷</c>, <c>**</c> and Unicode's minus), parentheses. A power binds
/// tightest, from the right, with a whole exponent; then signs; then products; then sums: −2^2 is −4, 2^3^2 is 512.
/// </summary>
internal static class ArithmeticExpression
{
    /// <summary>The longest expression in characters.</summary>
    public const int MaxLength = 1_000;

    private const int MaxDepth = 64;

    /// <summary>The value.</summary>
    /// <returns>
    /// Null where the text is no expression, is longer than 1,000 characters or deeper than 64 levels, divides by 0, has a fraction for an exponent, or passes through
    /// a number out of <see cref="Rational"/>'s bounds.
    /// </returns>
    public static Rational? Evaluate(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        var parser = new Parser(text);
        var value = parser.Sum(depth: 0);
        return parser.IsAtEnd ? value : null;
    }

    private ref struct Parser(ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> text = text;
        private int at;

        public bool IsAtEnd => Next() == '\0' && at >= text.Length;

        public Rational? Sum(int depth)
        {
            var value = Product(depth);
            while (value is { } left && Next() is var sign && (sign == '+' || NumberLiteral.IsMinus(sign)))
            {
                at++;
                value = Product(depth) is { } right ? Rational.Add(left, sign == '+' ? right : -right) : null;
            }

            return value;
        }

        private Rational? Product(int depth)
        {
            var value = Signed(depth);
            while (value is { } left && Next() is '*' or '×' or '·' or '/' or '÷')
            {
                var divides = text[at++] is '/' or '÷';
                value =
                    Signed(depth) is not { } right ? null
                    : divides ? Rational.Divide(left, right)
                    : Rational.Multiply(left, right);
            }

            return value;
        }

        private Rational? Signed(int depth)
        {
            var sign = Next();
            if (sign != '+' && !NumberLiteral.IsMinus(sign))
            {
                return Power(depth);
            }

            at++;
            var value = depth < MaxDepth ? Signed(depth + 1) : null;
            return sign == '+' || value is null ? value : -value.Value;
        }

        private Rational? Power(int depth)
        {
            var value = Atom(depth);
            var isPower = Next() == '^' || (Next() == '*' && NumberLiteral.CharAt(text, at + 1) == '*');
            if (value is null || !isPower)
            {
                return value;
            }

            at += text[at] == '^' ? 1 : 2;
            return depth < MaxDepth && Signed(depth + 1) is { } exponent ? Rational.Power(value.Value, exponent) : null;
        }

        private Rational? Atom(int depth)
        {
            if (Next() != '(')
            {
                return NumberLiteral.StartsAt(text, at) ? NumberLiteral.Read(text, at, out at, out _) : null;
            }

            at++;
            var value = depth < MaxDepth ? Sum(depth + 1) : null;
            if (Next() != ')')
            {
                return null;
            }

            at++;
            return value;
        }

        /// <summary>The next character that is no white space; 0 at the end.</summary>
        private char Next()
        {
            while (char.IsWhiteSpace(NumberLiteral.CharAt(text, at)))
            {
                at++;
            }

            return NumberLiteral.CharAt(text, at);
        }
    }
}
