namespace Plumbline.Configuration;

/// <summary>Options that know their ranges. Checked when an options file is read and by <see cref="OptionsValidation.ThrowIfInvalid"/>.</summary>
public interface IValidatedOptions
{
    /// <summary>What is wrong with the values; empty when all is well. Nested options report their own problems.</summary>
    IEnumerable<OptionProblem> Problems();
}

/// <summary>An option outside of its range.</summary>
/// <param name="Option">The property's C# name (<c>nameof(LearningRate)</c>), dotted for a nested one; users see <c>learning_rate</c>.</param>
/// <param name="Value">The value it has.</param>
/// <param name="Range">What is allowed, to be read after "must be": <c>above 0</c>, <c>between 0 and 1</c>.</param>
/// <param name="Mend">How to mend it where that is more than choosing a value in the range.</param>
public sealed record OptionProblem(string Option, object? Value, string Range, string? Mend = null);
