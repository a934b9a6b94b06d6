namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    /// <summary>The next one follows.</summary>
    Next,

    /// <summary>The loop ends.</summary>
    Break,

    /// <summary>The loop's next round follows.</summary>
    Continue,
}

/// <summary>A part of a template that does something.</summary>
/// <param name="line">Where it stands.</param>
internal abstract class Statement(int line)
{
    /// <summary>Where it stands.</summary>
    public int Line { get; } = line;

    /// <summary>Does it.</summary>
    public abstract Flow Execute(RenderContext context);

    /// <summary>Does statements in order, until one leaves the loop around them.</summary>
    public static Flow ExecuteAll(IReadOnlyList<Statement> statements, RenderContext context)
    {
        foreach (var statement in statements)
        {
            context.Enter(statement.Line);
            var flow = statement.Execute(context);
            context.Leave();
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}

/// <summary>Text outside tags.</summary>
internal sealed class DataStatement(int line, MarkedText text) : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        context.Write(Line, text);
        return Flow.Next;
    }
}

/// <summary><c>{{ value }}</c></summary>
internal sealed class OutputStatement(int line, Expression value) : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        context.Write(Line, Printing.ToText(value.Evaluate(context), context, Line));
        return Flow.Next;
    }
}

/// <summary><c>if</c> with its <c>elif</c>s; a missing condition is the <c>else</c>.</summary>
internal sealed class IfStatement(int line, IReadOnlyList<(Expression? Condition, IReadOnlyList<Statement> Body)> branches)
    : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        foreach (var (condition, body) in branches)
        {
            if (condition is null || Values.IsTrue(condition.Evaluate(context)))
            {
                return ExecuteAll(body, context);
            }
        }

        return Flow.Next;
    }
}

/// <summary><c>break</c> and <c>continue</c>.</summary>
internal sealed class JumpStatement(int line, Flow flow) : Statement(line)
{
    public override Flow Execute(RenderContext context) => flow;
}

/// <summary>What an assignment or a loop writes to: names, <c>namespace.name</c>, or several of them.</summary>
/// <param name="Names">The names; more than one unpack a list.</param>
/// <param name="Field">The field of a namespace, where there is one name.</param>
internal sealed record AssignmentTarget(IReadOnlyList<string> Names, string? Field)
{
    /// <summary>Writes a value.</summary>
    public void Assign(object? value, Scope scope, RenderContext context, int line)
    {
        if (Field is not null)
        {
            if (!scope.TryGet(Names[0], out var target) || target is not TemplateMap { IsNamespace: true } map)
            {
                throw context.Errors.At(
                    line,
                    $"'{Names[0]}' is no namespace, so '{Names[0]}.{Field}' cannot be set.",
                    "Make it with namespace()."
                );
            }

            map.Entries[Field] = value;
            return;
        }

        if (Names.Count == 1)
        {
            scope.Set(Names[0], value);
            return;
        }

        var parts = Values.Iterate(value, context, line);
        if (parts.Count != Names.Count)
        {
            throw context.Errors.At(line, $"{parts.Count} values cannot be unpacked into {Names.Count} names.");
        }

        for (var i = 0; i < parts.Count; i++)
        {
            scope.Set(Names[i], parts[i]);
        }
    }
}

/// <summary><c>set target = value</c></summary>
internal sealed class SetStatement(int line, AssignmentTarget target, Expression value) : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        target.Assign(value.Evaluate(context), context.Scope, context, Line);
        return Flow.Next;
    }
}

/// <summary><c>set target</c> with a body, or a <c>filter</c> block: what the body writes, filtered.</summary>
/// <param name="line">Where it stands.</param>
/// <param name="target">What to set; null writes the result.</param>
/// <param name="filters">The filters, with their arguments, in order.</param>
/// <param name="body">The statements.</param>
internal sealed class CaptureStatement(
    int line,
    AssignmentTarget? target,
    IReadOnlyList<(string Name, ArgumentList Arguments)> filters,
    IReadOnlyList<Statement> body
) : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        object? value = context.Capture(() => context.WithScope(new Scope(context.Scope), () => ExecuteAll(body, context)));
        foreach (var (name, arguments) in filters)
        {
            value = Filters.Apply(name, value, arguments.Evaluate(context, Line));
        }

        if (target is null)
        {
            context.Write(Line, Printing.ToText(value, context, Line));
        }
        else
        {
            target.Assign(value, context.Scope, context, Line);
        }

        return Flow.Next;
    }
}

/// <summary><c>with name = value, ...</c></summary>
internal sealed class WithStatement(int line, IReadOnlyList<(string Name, Expression Value)> variables, IReadOnlyList<Statement> body)
    : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        var scope = new Scope(context.Scope);
        foreach (var (name, value) in variables)
        {
            scope.Set(name, value.Evaluate(context));
        }

        var flow = Flow.Next;
        context.WithScope(scope, () => flow = ExecuteAll(body, context));
        return flow;
    }
}

/// <summary><c>generation</c>: what the body writes is what the model is to learn.</summary>
internal sealed class GenerationStatement(int line, IReadOnlyList<Statement> body) : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        var flow = Flow.Next;
        // In transformers the block is a function of its own: what it sets stays inside.
        context.Generating(() => context.WithScope(new Scope(context.Scope), () => flow = ExecuteAll(body, context)));
        return flow;
    }
}

/// <summary><c>macro name(parameters)</c></summary>
internal sealed class MacroStatement(
    int line,
    string name,
    IReadOnlyList<(string Name, Expression? Default)> parameters,
    IReadOnlyList<Statement> body,
    IReadOnlySet<string> names
) : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        context.Scope.Set(name, MakeFunction(context));
        return Flow.Next;
    }

    /// <summary>The macro as a value; it sees the variables of where it was made.</summary>
    public TemplateFunction MakeFunction(RenderContext context)
    {
        var home = context.Scope;
        return new TemplateFunction(name, call => Run(home, call));
    }

    private MarkedText Run(Scope home, CallArguments call)
    {
        var context = call.Context;
        var scope = new Scope(home);
        for (var i = 0; i < parameters.Count; i++)
        {
            var (parameter, fallback) = parameters[i];
            var given = call.Has(i, parameter) ? call.Get(i, parameter) : null;
            scope.Set(
                parameter,
                call.Has(i, parameter) || fallback is null ? given ?? Missing(call, i, parameter) : fallback.Evaluate(context)
            );
        }

        var known = parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        if (call.Named.TryGetValue("caller", out var caller) && !known.Contains("caller"))
        {
            scope.Set("caller", caller);
        }

        var extra = new TemplateMap();
        foreach (var (key, value) in call.Named.Where(argument => argument.Key != "caller" && !known.Contains(argument.Key)))
        {
            extra.Entries[key] = names.Contains("kwargs") ? value : throw call.Error($"The macro '{name}' has no parameter '{key}'.");
        }

        if (call.Positional.Count > parameters.Count && !names.Contains("varargs"))
        {
            throw call.Error($"The macro '{name}' has {parameters.Count} parameters, and is called with {call.Positional.Count} values.");
        }

        scope.Set("kwargs", extra);
        scope.Set("varargs", new TemplateList([.. call.Positional.Skip(parameters.Count)], isTuple: true));
        context.Enter(Line);
        var result = context.Capture(() => context.WithScope(scope, () => ExecuteAll(body, context)));
        context.Leave();
        return result;
    }

    private static UndefinedValue? Missing(CallArguments call, int index, string parameter) =>
        call.Has(index, parameter) ? null : new UndefinedValue(parameter);
}

/// <summary><c>call macro(...)</c>: the body is the macro's <c>caller()</c>.</summary>
internal sealed class CallStatement(int line, CallExpression call, MacroStatement caller) : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        context.Write(Line, Printing.ToText(call.Compute(context, caller.MakeFunction(context)), context, Line));
        return Flow.Next;
    }
}
