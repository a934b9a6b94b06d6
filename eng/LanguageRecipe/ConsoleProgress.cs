namespace Plumbline.LanguageRecipe;

/// <summary>Says at once what is going on.</summary>
internal sealed class ConsoleProgress : IProgress<string>
{
    /// <inheritdoc />
    public void Report(string value) => Console.WriteLine(value);
}
