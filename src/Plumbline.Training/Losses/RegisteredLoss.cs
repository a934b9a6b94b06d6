using System.Reflection;
using System.Text.Json;
using static TorchSharp.torch;

namespace Plumbline.Training.Losses;

/// <summary>A loss that can be found by its name.</summary>
/// <typeparam name="TAttribute">What declares it.</typeparam>
/// <typeparam name="TInput">What it sees.</typeparam>
/// <typeparam name="TOptions">Its options, immutable.</typeparam>
public sealed class RegisteredLoss<TAttribute, TInput, TOptions>
    where TAttribute : LossAttribute
    where TOptions : notnull, new()
{
    private static readonly PropertyInfo[] Options = typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance);
    private static readonly TOptions Defaults = new();
    private readonly Func<TInput, TOptions, Tensor> function;

    internal RegisteredLoss(TAttribute declaration, Func<TInput, TOptions, Tensor> function)
    {
        this.function = function;
        Declaration = declaration;
        if (declaration.Reads.FirstOrDefault(name => Options.All(option => option.Name != name)) is { } unknown)
        {
            throw new InvalidInputException(
                $"The loss '{Name}' says that it reads '{unknown}', which is no property of {typeof(TOptions).Name}.",
                $"Name properties: Reads = [nameof({typeof(TOptions).Name}.{Options[0].Name})]."
            );
        }
    }

    /// <summary>What the attribute says.</summary>
    public TAttribute Declaration { get; }

    /// <summary>The loss's name.</summary>
    public string Name => Declaration.Name;

    /// <summary>The names in options files of the options that the loss reads.</summary>
    public IEnumerable<string> OptionNames => Declaration.Reads.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    /// <summary>The loss of each row, differentiable.</summary>
    /// <param name="input">What the loss sees.</param>
    /// <param name="options">Its options; those it does not read change nothing.</param>
    /// <returns>One value a row; the caller disposes it.</returns>
    public Tensor Of(TInput input, TOptions options)
    {
        using var scope = NewDisposeScope();
        return function(input, options).MoveToOuterDisposeScope();
    }

    /// <summary>Property names of options that are not at their defaults although the loss does not read them.</summary>
    /// <param name="options">The options.</param>
    public IEnumerable<string> Unread(TOptions options) =>
        from option in Options
        where !Declaration.Reads.Contains(option.Name) && !Equals(option.GetValue(options), option.GetValue(Defaults))
        select option.Name;
}
