namespace Plumbline.LanguageRecipe;

/// <summary>A line as a source has it.</summary>
/// <param name="Source">The source's name, by which lines are capped.</param>
/// <param name="Code">The language as the source calls it.</param>
/// <param name="Text">The line, marked up as the source marks it.</param>
internal readonly record struct SourceLine(string Source, string Code, string Text);
