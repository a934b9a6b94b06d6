using System.Runtime.CompilerServices;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>How much a template may do before it is stopped. Templates come with models, so they may be hostile.</summary>
internal sealed record TemplateLimits
{
    /// <summary>How many steps it may take.</summary>
    public long Steps { get; init; } = 20_000_000;

    /// <summary>How many characters it may make in all intermediate texts together.</summary>
    public long Characters { get; init; } = 512L << 20;

    /// <summary>How many characters one text may have.</summary>
    public int TextLength { get; init; } = 64 << 20;

    /// <summary>How deep expressions, blocks and macro calls may nest.</summary>
    public int Depth { get; init; } = 200;
}

/// <summary>The variables of a template, a loop or a macro, and where to look when one is not here.</summary>
/// <param name="parent">The scope around it.</param>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, object?> variables = new(StringComparer.Ordinal);

    /// <summary>Sets a variable here.</summary>
    public void Set(string name, object? value) => variables[name] = value;

    /// <summary>Finds a variable here or further out.</summary>
    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.variables.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    private Scope? Parent { get; } = parent;
}

/// <summary>One rendering: the output so far, the scope, and what is left of the limits.</summary>
/// <param name="errors">Makes the template's errors.</param>
/// <param name="limits">What the template may do.</param>
/// <param name="globals">The variables it starts with.</param>
internal sealed class RenderContext(TemplateErrors errors, TemplateLimits limits, Scope globals)
{
    private long stepsLeft = limits.Steps;
    private long charactersLeft = limits.Characters;
    private int depth;
    private int generationDepth;
    private MarkedTextBuilder output = new();

    /// <summary>Makes the template's errors.</summary>
    public TemplateErrors Errors { get; } = errors;

    /// <summary>The current scope.</summary>
    public Scope Scope { get; private set; } = globals;

    /// <summary>What was written.</summary>
    public MarkedText Output => output.ToMarkedText();

    /// <summary>Counts steps.</summary>
    public void Step(int line, long count = 1)
    {
        stepsLeft -= count;
        if (stepsLeft < 0)
        {
            throw Errors.At(
                line,
                $"The template takes more than {limits.Steps} steps.",
                "It may loop without end, or the conversation is too long."
            );
        }
    }

    /// <summary>Counts the characters of a text before it is made.</summary>
    public void Charge(int line, long characters)
    {
        charactersLeft -= characters;
        if (characters > limits.TextLength || charactersLeft < 0)
        {
            throw Errors.At(
                line,
                $"The template makes texts of more than {limits.TextLength} characters.",
                "The conversation may be too long."
            );
        }
    }

    /// <summary>Does something one level deeper.</summary>
    public T Nested<T>(int line, Func<T> action)
    {
        Enter(line);
        try
        {
            return action();
        }
        finally
        {
            depth--;
        }
    }

    /// <summary>Goes one level deeper; <see cref="Leave"/> goes back.</summary>
    public void Enter(int line)
    {
        Step(line);
        if (++depth > limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Errors.At(line, $"The template nests deeper than {limits.Depth} levels.", "A macro may call itself without end.");
        }
    }

    /// <summary>Goes one level up.</summary>
    public void Leave() => depth--;

    /// <summary>Writes a text.</summary>
    public void Write(int line, MarkedText text)
    {
        Charge(line, text.Length);
        output.Append(text, generationDepth > 0 ? Marks.Generated : Marks.None);
        if (output.Length > limits.TextLength)
        {
            throw Errors.At(line, $"The template writes more than {limits.TextLength} characters.", "The conversation may be too long.");
        }
    }

    /// <summary>Runs statements whose output is wanted as a value.</summary>
    public MarkedText Capture(Action statements)
    {
        var outer = output;
        output = new MarkedTextBuilder();
        try
        {
            statements();
            return output.ToMarkedText();
        }
        finally
        {
            output = outer;
        }
    }

    /// <summary>Runs statements with another scope.</summary>
    public void WithScope(Scope scope, Action statements)
    {
        var outer = Scope;
        Scope = scope;
        try
        {
            statements();
        }
        finally
        {
            Scope = outer;
        }
    }

    /// <summary>Runs statements whose output the model is to learn.</summary>
    public void Generating(Action statements)
    {
        generationDepth++;
        try
        {
            statements();
        }
        finally
        {
            generationDepth--;
        }
    }
}
