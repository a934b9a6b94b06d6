namespace Plumbline.Moderation.Canonicalization;

/// <summary>The views of a text as they are found, within the budget, none twice.</summary>
/// <param name="original">The text.</param>
/// <param name="options">The budget.</param>
internal sealed class ViewList(string original, CanonicalizerOptions options)
{
    private readonly long budget = options.BudgetFor(original.Length);
    private readonly List<CanonicalView> views = new(1);
    private HashSet<string>? texts;
    private long characters;

    /// <summary>How many there are.</summary>
    public int Count => views.Count;

    /// <summary>Whether one was left out because of the budget.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<CanonicalView> All => views;

    /// <summary>The view at a place.</summary>
    public CanonicalView this[int index] => views[index];

    /// <summary>Adds a reading, unless there is one with the same text. The first is always added.</summary>
    /// <param name="text">The reading, mapped to the original.</param>
    /// <param name="name">How it was read; empty for the first.</param>
    /// <param name="depth">How many encodings were undone for it.</param>
    public void Add(MappedText text, string name, int depth)
    {
        if (views.Count == 0)
        {
            views.Add(new CanonicalView(text.Text, CanonicalView.NormalizedName, 0, text.Map));
            characters = text.Text.Length;
            return;
        }

        texts ??= new HashSet<string>(views.Select(view => view.Text), StringComparer.Ordinal);
        if (text.Text.Length == 0 || texts.Contains(text.Text))
        {
            return;
        }

        if (depth > options.MaxDepth || views.Count >= options.MaxViews || characters + text.Text.Length > budget)
        {
            IsTruncated = true;
            return;
        }

        texts.Add(text.Text);
        views.Add(new CanonicalView(text.Text, name, depth, text.Map));
        characters += text.Text.Length;
    }
}
