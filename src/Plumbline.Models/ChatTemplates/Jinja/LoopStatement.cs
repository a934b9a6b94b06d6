namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary><c>for target in items if condition</c>, with <c>else</c> for a loop without rounds.</summary>
internal sealed class LoopStatement(
    int line,
    AssignmentTarget target,
    Expression items,
    Expression? condition,
    IReadOnlyList<Statement> body,
    IReadOnlyList<Statement> otherwise
) : Statement(line)
{
    public override Flow Execute(RenderContext context)
    {
        var kept = Filter(Values.Iterate(items.Evaluate(context), context, Line), context);
        if (kept.Count == 0)
        {
            return ExecuteAll(otherwise, context);
        }

        var depth = context.Scope.TryGet("loop", out var around) && around is LoopState outer ? outer.Depth + 1 : 1;
        var loop = new LoopState(kept, depth);
        var completed = false;
        for (var i = 0; i < kept.Count; i++)
        {
            context.Step(Line);
            loop.Index = i;
            // Every round has a scope of its own: what it sets is gone in the next.
            var scope = new Scope(context.Scope);
            scope.Set("loop", loop);
            target.Assign(kept[i], scope, context, Line);
            var flow = Flow.Next;
            context.WithScope(scope, () => flow = ExecuteAll(body, context));
            completed |= flow == Flow.Next;
            if (flow == Flow.Break)
            {
                break;
            }
        }

        // As in Jinja: only a round that came to its end keeps the else branch from running.
        return completed ? Flow.Next : ExecuteAll(otherwise, context);
    }

    private List<object?> Filter(List<object?> all, RenderContext context)
    {
        if (condition is null)
        {
            return all;
        }

        var kept = new List<object?>();
        foreach (var item in all)
        {
            var scope = new Scope(context.Scope);
            target.Assign(item, scope, context, Line);
            context.WithScope(
                scope,
                () =>
                {
                    if (Values.IsTrue(condition.Evaluate(context)))
                    {
                        kept.Add(item);
                    }
                }
            );
        }

        return kept;
    }
}

/// <summary>The <c>loop</c> variable.</summary>
/// <param name="items">What is looped over.</param>
/// <param name="depth">1 in an outermost loop.</param>
internal sealed class LoopState(List<object?> items, int depth)
{
    private object? lastChanged = new UndefinedValue("nothing yet");

    /// <summary>1 in an outermost loop.</summary>
    public int Depth { get; } = depth;

    /// <summary>The round, from 0.</summary>
    public int Index { get; set; }

    /// <summary><c>loop.name</c></summary>
    public object? Attribute(string name, RenderContext context, int line) =>
        name switch
        {
            "index" => Index + 1L,
            "index0" => (long)Index,
            "revindex" => (long)(items.Count - Index),
            "revindex0" => items.Count - Index - 1L,
            "first" => Index == 0,
            "last" => Index == items.Count - 1,
            "length" => (long)items.Count,
            "depth" => (long)Depth,
            "depth0" => Depth - 1L,
            "previtem" => Index > 0 ? items[Index - 1] : new UndefinedValue("loop.previtem"),
            "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new UndefinedValue("loop.nextitem"),
            "cycle" => new TemplateFunction(
                "loop.cycle",
                call =>
                    call.Positional.Count > 0
                        ? call.Positional[Index % call.Positional.Count]
                        : throw call.Error("loop.cycle needs values.")
            ),
            "changed" => new TemplateFunction("loop.changed", call => Changed(call)),
            _ => throw context.Errors.At(line, $"The loop has no '{name}'."),
        };

    private bool Changed(CallArguments call)
    {
        var now = new TemplateList(call.Positional);
        var changed = !Values.AreEqual(lastChanged, now, call.Context, call.Line);
        lastChanged = now;
        return changed;
    }
}
