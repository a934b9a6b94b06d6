namespace Plumbline.Configuration;

/// <summary>Options of which only those of the chosen kind are read: the others have no business being set.</summary>
internal static class KindOptions
{
    /// <summary>Options that the kind needs and that are missing, and options of other kinds that are set.</summary>
    /// <param name="kind">The chosen kind, as the option <c>kind</c> says.</param>
    /// <param name="parts">Each option with the kind that reads it; a value of null is not set.</param>
    internal static IEnumerable<OptionProblem> Problems<TKind>(
        TKind kind,
        IEnumerable<(TKind Kind, string Option, object? Value, bool IsNeeded)> parts
    )
        where TKind : struct, Enum
    {
        var chosen = OptionText.SnakeCase(kind.ToString());
        foreach (var part in parts)
        {
            var isOwn = part.Kind.Equals(kind);
            if (isOwn && part.IsNeeded && part.Value is null)
            {
                yield return new OptionProblem(part.Option, null, $"set where kind is {chosen}");
            }
            else if (!isOwn && part.Value is not null)
            {
                yield return new OptionProblem(
                    part.Option,
                    part.Value,
                    $"left out where kind is {chosen}",
                    $"Remove it, or set kind to {OptionText.SnakeCase(part.Kind.ToString())}."
                );
            }
        }
    }
}
