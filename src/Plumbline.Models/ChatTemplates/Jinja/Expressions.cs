namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>A part of a template that has a value.</summary>
/// <param name="line">Where it stands.</param>
internal abstract class Expression(int line)
{
    /// <summary>Where it stands.</summary>
    public int Line { get; } = line;

    /// <summary>The value in this rendering.</summary>
    public object? Evaluate(RenderContext context)
    {
        context.Enter(Line);
        var value = Compute(context);
        // Not in a finally block: an error ends the rendering.
        context.Leave();
        return value;
    }

    /// <summary>Computes the value.</summary>
    protected abstract object? Compute(RenderContext context);
}

/// <summary>A literal.</summary>
internal sealed class LiteralExpression(int line, object? value) : Expression(line)
{
    /// <summary>The value.</summary>
    public object? Value => value;

    protected override object? Compute(RenderContext context) => value;
}

/// <summary>A variable.</summary>
internal sealed class NameExpression(int line, string name) : Expression(line)
{
    /// <summary>The variable's name.</summary>
    public string Name => name;

    protected override object? Compute(RenderContext context) =>
        context.Scope.TryGet(name, out var value) ? value : new UndefinedValue(name);
}

/// <summary>A list or tuple in brackets.</summary>
internal sealed class ListExpression(int line, IReadOnlyList<Expression> items, bool isTuple) : Expression(line)
{
    /// <summary>The elements.</summary>
    public IReadOnlyList<Expression> Items => items;

    protected override object? Compute(RenderContext context) =>
        new TemplateList([.. items.Select(item => item.Evaluate(context))], isTuple);
}

/// <summary>A dictionary in braces.</summary>
internal sealed class MapExpression(int line, IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression(line)
{
    protected override object? Compute(RenderContext context)
    {
        var map = new TemplateMap();
        foreach (var (key, value) in entries)
        {
            map.Entries[Access.Key(key.Evaluate(context), context, Line)] = value.Evaluate(context);
        }

        return map;
    }
}

/// <summary><c>target.name</c></summary>
internal sealed class AttributeExpression(int line, Expression target, string name) : Expression(line)
{
    protected override object? Compute(RenderContext context) => Access.Attribute(target.Evaluate(context), name, context, Line);
}

/// <summary><c>target[index]</c></summary>
internal sealed class IndexExpression(int line, Expression target, Expression index) : Expression(line)
{
    protected override object? Compute(RenderContext context) =>
        Access.Item(target.Evaluate(context), index.Evaluate(context), context, Line);
}

/// <summary><c>target[start:stop:step]</c></summary>
internal sealed class SliceExpression(int line, Expression target, Expression? start, Expression? stop, Expression? step) : Expression(line)
{
    protected override object? Compute(RenderContext context) =>
        Access.Slice(target.Evaluate(context), Bound(start, context), Bound(stop, context), Bound(step, context), context, Line);

    private long? Bound(Expression? bound, RenderContext context) =>
        bound?.Evaluate(context) switch
        {
            null => null,
            long value => value,
            bool value => value ? 1 : 0,
            var other => throw context.Errors.At(Line, $"A slice needs whole numbers, not {Values.TypeName(other)}."),
        };
}

/// <summary>The arguments as they are written in a call.</summary>
internal sealed record ArgumentList(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    /// <summary>No arguments.</summary>
    public static ArgumentList None { get; } = new([], []);

    /// <summary>The values.</summary>
    public CallArguments Evaluate(RenderContext context, int line)
    {
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        var positional = new List<object?>(Positional.Count);
        foreach (var argument in Positional)
        {
            positional.Add(argument.Evaluate(context));
        }

        foreach (var (name, value) in Named)
        {
            named[name] = value.Evaluate(context);
        }

        return new CallArguments(context, line, positional, named);
    }
}

/// <summary><c>target(arguments)</c></summary>
internal sealed class CallExpression(int line, Expression target, ArgumentList arguments) : Expression(line)
{
    protected override object? Compute(RenderContext context) => Compute(context, caller: null);

    /// <summary>Calls with a <c>call</c> block's body as <c>caller</c>.</summary>
    public object? Compute(RenderContext context, TemplateFunction? caller)
    {
        var callee = target.Evaluate(context);
        if (callee is not TemplateFunction function)
        {
            throw context.Errors.At(
                Line,
                $"{Values.TypeName(callee)} cannot be called.",
                "The template may need a function that does not exist here."
            );
        }

        var values = arguments.Evaluate(context, Line);
        if (caller is not null)
        {
            values.Named["caller"] = caller;
        }

        return function.Call(values);
    }
}

/// <summary><c>target | name(arguments)</c></summary>
internal sealed class FilterExpression(int line, Expression target, string name, ArgumentList arguments) : Expression(line)
{
    protected override object? Compute(RenderContext context) =>
        Filters.Apply(name, target.Evaluate(context), arguments.Evaluate(context, Line));
}

/// <summary><c>target is name(arguments)</c></summary>
internal sealed class TestExpression(int line, Expression target, string name, ArgumentList arguments, bool negated) : Expression(line)
{
    protected override object? Compute(RenderContext context) =>
        Tests.Holds(name, target.Evaluate(context), arguments.Evaluate(context, Line)) != negated;
}

/// <summary><c>not</c>, unary minus and plus.</summary>
internal sealed class UnaryExpression(int line, string op, Expression operand) : Expression(line)
{
    protected override object? Compute(RenderContext context)
    {
        var value = operand.Evaluate(context);
        return op == "not" ? !Values.IsTrue(value)
            // Zero minus zero would lose the sign.
            : op == "-" && value is double number ? -number
            : Arithmetic.Apply(op, 0L, value, context, Line);
    }
}

/// <summary>Arithmetic between two values.</summary>
internal sealed class BinaryExpression(int line, string op, Expression left, Expression right) : Expression(line)
{
    protected override object? Compute(RenderContext context) =>
        Arithmetic.Apply(op, left.Evaluate(context), right.Evaluate(context), context, Line);
}

/// <summary><c>and</c> and <c>or</c>: the value that decides.</summary>
internal sealed class LogicalExpression(int line, bool isAnd, Expression left, Expression right) : Expression(line)
{
    protected override object? Compute(RenderContext context)
    {
        var value = left.Evaluate(context);
        return Values.IsTrue(value) == isAnd ? right.Evaluate(context) : value;
    }
}

/// <summary>A chain of comparisons, as Python reads <c>a &lt; b &lt; c</c>.</summary>
internal sealed class ComparisonExpression(int line, Expression first, IReadOnlyList<(string Operator, Expression Operand)> rest)
    : Expression(line)
{
    protected override object? Compute(RenderContext context)
    {
        var left = first.Evaluate(context);
        foreach (var (op, operand) in rest)
        {
            var right = operand.Evaluate(context);
            if (!Holds(op, left, right, context, Line))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    /// <summary>One comparison.</summary>
    public static bool Holds(string op, object? left, object? right, RenderContext context, int line) =>
        op switch
        {
            "==" => Values.AreEqual(left, right, context, line),
            "!=" => !Values.AreEqual(left, right, context, line),
            "in" => Values.Contains(right, left, context, line),
            "not in" => !Values.Contains(right, left, context, line),
            "<" => Values.Compare(left, right, context, line) < 0,
            "<=" => Values.Compare(left, right, context, line) <= 0,
            ">" => Values.Compare(left, right, context, line) > 0,
            _ => Values.Compare(left, right, context, line) >= 0,
        };
}

/// <summary><c>a ~ b ~ c</c>: the values as text, one after the other.</summary>
internal sealed class ConcatExpression(int line, IReadOnlyList<Expression> parts) : Expression(line)
{
    protected override object? Compute(RenderContext context)
    {
        var builder = new MarkedTextBuilder();
        foreach (var part in parts)
        {
            var text = Printing.ToText(part.Evaluate(context), context, Line);
            context.Charge(Line, builder.Length + text.Length);
            builder.Append(text);
        }

        return builder.ToMarkedText();
    }
}

/// <summary><c>value if condition else otherwise</c></summary>
internal sealed class ConditionalExpression(int line, Expression condition, Expression value, Expression? otherwise) : Expression(line)
{
    protected override object? Compute(RenderContext context) =>
        Values.IsTrue(condition.Evaluate(context)) ? value.Evaluate(context)
        : otherwise is null ? new UndefinedValue("the missing else of a conditional")
        : otherwise.Evaluate(context);
}
