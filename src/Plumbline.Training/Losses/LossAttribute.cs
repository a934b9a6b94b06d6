namespace Plumbline.Training.Losses;

/// <summary>Declares a public static function to be a loss: its name on the command line and in options files, and its row in docs/losses.md.</summary>
/// <param name="name">Lower case, words joined by underscores: <c>sigmoid_norm</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public abstract class LossAttribute(string name) : Attribute
{
    /// <summary>The loss's name.</summary>
    public string Name { get; } = name;

    /// <summary>The formula of one row, in plain text.</summary>
    public string Formula { get; init; } = string.Empty;

    /// <summary>Where the formula comes from.</summary>
    public string Paper { get; init; } = string.Empty;

    /// <summary>
    /// The options that the function reads, as property names (<c>nameof(PreferenceLossOptions.Beta)</c>). An option that is set and that no loss in use reads is
    /// refused instead of ignored.
    /// </summary>
    public string[] Reads { get; init; } = [];
}
