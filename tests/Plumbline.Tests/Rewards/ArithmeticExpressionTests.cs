using System.Globalization;
using System.Numerics;
using CsCheck;
using Plumbline.Rewards.Arithmetic;

namespace Plumbline.Tests.Rewards;

public sealed class ArithmeticExpressionTests
{
    /// <summary>An expression as text with the value that whole-number arithmetic gives it; a zero denominator where it has none.</summary>
    private sealed record Case(string Text, BigInteger Top, BigInteger Bottom);

    private static readonly Gen<Case> Leaf = Gen.Select(Gen.Int[0, 9_999], Gen.Int[0, 3])
        .Select(
            (digits, decimals) =>
            {
                var scale = BigInteger.Pow(10, decimals);
                var text =
                    decimals == 0
                        ? $"{digits}"
                        : $"{digits / (int)scale}.{(digits % (int)scale).ToString($"D{decimals}", CultureInfo.InvariantCulture)}";
                return new Case(text, digits, scale);
            }
        );

    private static readonly Gen<Case> Expression = Gen.Recursive<Case>(
        (depth, nested) =>
            depth > 4
                ? Leaf
                : Gen.OneOf(
                    Leaf,
                    Gen.Select(nested, nested, Gen.Char["+-*/"]).Select((left, right, sign) => Join(left, right, sign)),
                    nested.Select(inner => new Case($"(-{inner.Text})", -inner.Top, inner.Bottom)),
                    Gen.Select(nested, Gen.Int[0, 3]).Select((inner, times) => Raise(inner, times))
                )
    );

    [Fact]
    public void An_expression_has_the_value_that_it_was_built_from() =>
        Expression.Sample(
            expression =>
            {
                var value = ArithmeticExpression.Evaluate(expression.Text);

                if (expression.Text.Length > ArithmeticExpression.MaxLength || expression.Bottom.IsZero)
                {
                    Assert.Null(value);
                }
                else
                {
                    Assert.Equal(expression.Top * value!.Value.Denominator, value.Value.Numerator * expression.Bottom);
                }
            },
            iter: 5_000
        );

    [Fact]
    public void A_value_written_out_reads_back() =>
        Gen.Select(Gen.Long, Gen.Int[1, int.MaxValue])
            .Sample(
                (top, bottom) =>
                {
                    var value = Rational.Of(top, bottom)!.Value;

                    Assert.Equal(value, ArithmeticExpression.Evaluate($"{value.Numerator}/{value.Denominator}"));
                }
            );

    [Theory]
    [InlineData("1 + 2 * 3", 7, 1)]
    [InlineData("10 - 4 - 3", 3, 1)]
    [InlineData("8 / 4 / 2", 1, 1)]
    [InlineData("2 ^ 3 ^ 2", 512, 1)]
    [InlineData("-3 ^ 2", -9, 1)]
    [InlineData("2 ^ -2", 1, 4)]
    [InlineData("--3", 3, 1)]
    [InlineData("2 * -3", -6, 1)]
    [InlineData("+ 1,234.5", 2469, 2)]
    [InlineData("0 ^ 0", 1, 1)]
    [InlineData("1 ÷ 3 · 3", 1, 1)]
    public void Signs_products_and_powers_bind_as_usual(string text, int top, int bottom) =>
        Assert.Equal(Rational.Of(top, bottom), ArithmeticExpression.Evaluate(text));

    [Theory]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("1 +")]
    [InlineData("* 1")]
    [InlineData("()")]
    [InlineData("(1")]
    [InlineData("1)")]
    [InlineData("2x")]
    [InlineData("1 / 0")]
    [InlineData("1 / (2 - 2)")]
    [InlineData("0 ^ -1")]
    [InlineData("4 ^ 0.5")]
    [InlineData("2 ^ 1025")]
    [InlineData("9 ^ 999 ^ 999")]
    [InlineData("1\0")]
    public void What_is_no_expression_or_out_of_bounds_has_no_value(string text) => Assert.Null(ArithmeticExpression.Evaluate(text));

    [Fact]
    public void Length_depth_and_size_are_bounded()
    {
        var huge = string.Join("*", Enumerable.Repeat("9^999", 5));

        Assert.NotNull(ArithmeticExpression.Evaluate(Nested(60)));
        Assert.Null(ArithmeticExpression.Evaluate(Nested(65)));
        Assert.Null(ArithmeticExpression.Evaluate(new string('-', 65) + "1"));
        Assert.NotNull(ArithmeticExpression.Evaluate("1".PadLeft(1_000)));
        Assert.Null(ArithmeticExpression.Evaluate("1".PadLeft(1_001)));
        Assert.NotNull(ArithmeticExpression.Evaluate(new string('9', 400)));
        Assert.Null(ArithmeticExpression.Evaluate(new string('9', 401)));
        Assert.NotNull(ArithmeticExpression.Evaluate(huge));
        Assert.Null(ArithmeticExpression.Evaluate($"{huge}*9^999"));

        static string Nested(int levels) => $"{new string('(', levels)}1{new string(')', levels)}";
    }

    [Fact]
    public void Any_text_has_a_value_or_none_and_never_fails() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789+-*/^()., eE×−\0"], 0, 60])
            .Sample(
                text =>
                {
                    var value = ArithmeticExpression.Evaluate(text);

                    Assert.True(value is null || value.Value.Denominator.Sign > 0);
                },
                iter: 20_000
            );

    private static Case Join(Case left, Case right, char sign)
    {
        var text = $"({left.Text} {sign} {right.Text})";
        return sign switch
        {
            '+' => new Case(text, (left.Top * right.Bottom) + (right.Top * left.Bottom), left.Bottom * right.Bottom),
            '-' => new Case(text, (left.Top * right.Bottom) - (right.Top * left.Bottom), left.Bottom * right.Bottom),
            '*' => new Case(text, left.Top * right.Top, left.Bottom * right.Bottom),
            // A quotient by nothing, or of what has no value itself, has none.
            _ => new Case(text, left.Top * right.Bottom, right.Bottom.IsZero ? 0 : left.Bottom * right.Top),
        };
    }

    private static Case Raise(Case inner, int times) =>
        new($"({inner.Text})^{times}", BigInteger.Pow(inner.Top, times), inner.Bottom.IsZero ? 0 : BigInteger.Pow(inner.Bottom, times));
}
