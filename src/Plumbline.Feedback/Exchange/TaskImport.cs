using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>
/// Brings tasks into a project, with the votes that others gave already. Rows are read one by one; what cannot be used is left out and counted. The answers of a task stand in an order that follows from
/// their content, so an order in the file that says which is better is not shown to anybody.
/// </summary>
/// <remarks>
/// <para>
/// A row of our own is a JSON object with <c>prompt</c> (text or messages) and <c>answers</c> or <c>completions</c> (1 to 9 texts or messages of the assistant), in projects of pictures their paths there or in
/// <c>images</c>, relative to the file; and where wanted <c>criteria</c> (objects with <c>id</c> and <c>wording</c>; else the project's), <c>harms</c> (texts), <c>gold</c> (the known ranks), <c>wanted</c>, <c>priority</c>,
/// <c>model</c>, <c>run</c>, <c>step</c>, and <c>ranks</c>, which count where <see cref="ImportOptions.RanksAsVotes"/> is set. Other columns are passed over.
/// </para>
/// <para>
/// Importing a file twice adds nothing: keys of events follow from project, task and rater. A changed file adds what is new; to a task that has all the rankings it wanted, no votes can be added. What a project
/// asks (<see cref="ProjectSettings.Form"/>) does not bind votes that were given elsewhere, and tasks on which they disagree are not called disputed.
/// </para>
/// </remarks>
public static class TaskImport
{
    /// <summary>Imports a file.</summary>
    /// <param name="stores">The store.</param>
    /// <param name="project">The project; 0 for tasks that belong to none.</param>
    /// <param name="options">The file, and how it is read.</param>
    /// <param name="progress">Told after every few hundred rows; null for nobody.</param>
    /// <param name="cancellation">Stops the import; what was stored stays, and importing again goes on.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="InvalidInputException">
    /// There is no such project; the file is missing, damaged, of no layout that is read, or none of its rows can be used; or one is bad and the import strict. What was stored before it stays.
    /// </exception>
    public static async Task<ImportReport> RunAsync(
        FeedbackStores stores,
        long project,
        ImportOptions options,
        IProgress<ImportReport>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var found =
            await stores.Projects.FindProjectAsync(project, cancellation)
            ?? throw new InvalidInputException($"There is no project {project}.", "Open it first, or import into project 0.");
        var tally = new ImportTally(options.Path, options.Strict);
        var rows = new ImportRows(options, found.Settings, stores.Rankings.HashRater, tally);
        var batch = new TaskBatch(stores, project, found.Settings, options, tally);
        foreach (var draft in rows.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Add(draft);
            if (batch.IsFull)
            {
                await batch.StoreAsync(cancellation);
                progress?.Report(tally.Report());
            }
        }

        await batch.StoreAsync(cancellation);
        tally.RequireTasks();
        var report = tally.Report();
        progress?.Report(report);
        return report;
    }
}
