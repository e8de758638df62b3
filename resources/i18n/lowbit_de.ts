<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Amount</name>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>{done} of {total} {unit}</source>
        <translation>{done} von {total} {unit}</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Answer again</source>
        <translation>Neu antworten</translation>
    </message>
    <message>
        <source>Answer by %1</source>
        <translation>Antwort von %1</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Go on from here in a new conversation</source>
        <translation>Von hier aus in einer neuen Unterhaltung weitermachen</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>dem Modell</translation>
    </message>
</context>
<context>
    <name>Chat</name>
    <message>
        <source>   none is quantized yet</source>
        <translation>   noch keiner ist quantisiert</translation>
    </message>
    <message>
        <source>%1 answers</source>
        <translation>%1 antwortet</translation>
    </message>
    <message>
        <source>%1, %2 bits</source>
        <translation>%1, %2 Bit</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens, %1 tokens/s</source>
        <translation>
            <numerusform>%Ln Token, %1 Tokens/s</numerusform>
            <numerusform>%Ln Tokens, %1 Tokens/s</numerusform>
        </translation>
    </message>
    <message>
        <source>A run is using the device</source>
        <translation>Ein Lauf belegt das Gerät</translation>
    </message>
    <message>
        <source>An empty answer.</source>
        <translation>Eine leere Antwort.</translation>
    </message>
    <message>
        <source>Base models, before any run</source>
        <translation>Basismodelle, noch ohne Lauf</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close chat</source>
        <translation>Chat schließen</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Freeing its memory</source>
        <translation>Speicher wird freigegeben</translation>
    </message>
    <message>
        <source>It needs %1 and answers in RAM (%2 free).</source>
        <translation>Es braucht %1 und antwortet im Arbeitsspeicher (%2 frei).</translation>
    </message>
    <message>
        <source>It needs %1 and answers on the GPU (%2 free).</source>
        <translation>Es braucht %1 und antwortet auf der GPU (%2 frei).</translation>
    </message>
    <message>
        <source>It needs %1 of memory and %2 are free: it will be refused until there is more.</source>
        <translation>Es braucht %1 Speicher, und %2 sind frei: Bis mehr frei ist, wird es abgelehnt.</translation>
    </message>
    <message>
        <source>It needs %1, which is too much beside the quantized model (%2 without it): they take turns.</source>
        <translation>Es braucht %1, zu viel neben dem quantisierten Modell (%2 ohne dieses): Beide wechseln sich ab.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Open a GGUF file…</source>
        <translation>GGUF-Datei öffnen…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Opening the model</source>
        <translation>Modell wird geöffnet</translation>
    </message>
    <message>
        <source>Quantized, corrected and fine-tuned on your data</source>
        <translation>Quantisiert, repariert und mit eigenen Daten feinabgestimmt</translation>
    </message>
    <message>
        <source>Quantized, nothing else</source>
        <translation>Quantisiert, sonst nichts</translation>
    </message>
    <message>
        <source>Quantized, with the error correction</source>
        <translation>Quantisiert, mit Reparatur des Fehlers</translation>
    </message>
    <message>
        <source>Reads the conversation …</source>
        <translation>Liest die Unterhaltung …</translation>
    </message>
    <message>
        <source>Ready, %1</source>
        <translation>Bereit, %1</translation>
    </message>
    <message>
        <source>Starter model</source>
        <translation>Startmodell</translation>
    </message>
    <message>
        <source>Stopped before it said anything.</source>
        <translation>Angehalten, bevor etwas gesagt war.</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>The original model, before quantization</source>
        <translation>Das ursprüngliche Modell vor der Quantisierung</translation>
    </message>
    <message>
        <source>Use the processor instead</source>
        <translation>Stattdessen den Prozessor nehmen</translation>
    </message>
    <message>
        <source>Waits for its turn …</source>
        <translation>Wartet, bis es an der Reihe ist …</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>Your runs</source>
        <translation>Eigene Läufe</translation>
    </message>
    <message>
        <source>cut at the longest length</source>
        <translation>bei der größten Länge abgeschnitten</translation>
    </message>
    <message>
        <source>first word after %1</source>
        <translation>erstes Wort nach %1</translation>
    </message>
    <message>
        <source>on the GPU</source>
        <translation>auf der GPU</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>auf dem Prozessor</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>the model&apos;s memory is full</source>
        <translation>das Gedächtnis des Modells ist voll</translation>
    </message>
</context>
<context>
    <name>ChatController</name>
    <message>
        <source>%1 (branch)</source>
        <translation>%1 (Zweig)</translation>
    </message>
    <message>
        <source>A run waits for the device, which the chat is using.</source>
        <translation>Ein Lauf wartet auf das Gerät, das der Chat belegt.</translation>
    </message>
    <message>
        <source>Close the chat</source>
        <translation>Chat schließen</translation>
    </message>
    <message>
        <source>Close the chat to let it start; the conversation is kept.</source>
        <translation>Wird der Chat geschlossen, kann der Lauf beginnen; die Unterhaltung bleibt erhalten.</translation>
    </message>
    <message>
        <source>Often the memory was full. Close other programs, or choose a smaller model.</source>
        <translation>Oft war der Speicher voll. Andere Programme schließen oder ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>The chat was closed.</source>
        <translation>Der Chat wurde geschlossen.</translation>
    </message>
    <message>
        <source>The chat&apos;s process ended by itself (code %1).</source>
        <translation>Der Prozess des Chats hat sich selbst beendet (Code %1).</translation>
    </message>
    <message>
        <source>The chat&apos;s process was killed by the system or by another program.</source>
        <translation>Der Prozess des Chats wurde vom System oder von einem anderen Programm beendet.</translation>
    </message>
    <message>
        <source>The conversation is kept; open the model again to go on.</source>
        <translation>Die Unterhaltung ist erhalten; zum Weitermachen das Modell wieder öffnen.</translation>
    </message>
</context>
<context>
    <name>ChatHeader</name>
    <message>
        <source>Answer as: %1</source>
        <translation>Antworten als: %1</translation>
    </message>
    <message>
        <source>Asks several variants the same and shows their answers side by side</source>
        <translation>Fragt mehrere Varianten dasselbe und zeigt die Antworten nebeneinander</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare several variants</source>
        <translation>Mehrere Varianten vergleichen</translation>
    </message>
    <message>
        <source>Delete this conversation</source>
        <translation>Diese Unterhaltung löschen</translation>
    </message>
    <message>
        <source>Export, rename or delete this conversation</source>
        <translation>Diese Unterhaltung exportieren, umbenennen oder löschen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Model to talk with</source>
        <translation>Modell für das Gespräch</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Open or close the chat</source>
        <translation>Chat öffnen oder schließen</translation>
    </message>
    <message>
        <source>Progress of opening the model</source>
        <translation>Fortschritt beim Öffnen des Modells</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Show the saved conversations</source>
        <translation>Gespeicherte Unterhaltungen zeigen</translation>
    </message>
    <message>
        <source>System prompt and sampling</source>
        <translation>Systemprompt und Auswahl der Wörter</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>A GGUF file</source>
        <translation>Eine GGUF-Datei</translation>
    </message>
    <message>
        <source>A link in an answer leads to:

%1

Open it in your browser?</source>
        <translation>Ein Link in einer Antwort führt zu:

%1

Im Browser öffnen?</translation>
    </message>
    <message>
        <source>A run, or a model&apos;s folder</source>
        <translation>Ein Lauf oder der Ordner eines Modells</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Choose a model to talk with</source>
        <translation>Ein Modell für das Gespräch wählen</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Delete the conversation</source>
        <translation>Unterhaltung löschen</translation>
    </message>
    <message>
        <source>Delete “%1”? This cannot be undone.</source>
        <translation>„%1“ löschen? Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Ends the chat and frees its memory; the conversation is kept</source>
        <translation>Beendet den Chat und gibt seinen Speicher frei; die Unterhaltung bleibt erhalten</translation>
    </message>
    <message>
        <source>Every variant gets the same question, and their answers stand side by side.</source>
        <translation>Jede Variante bekommt dieselbe Frage, und die Antworten stehen nebeneinander.</translation>
    </message>
    <message>
        <source>Explain in three sentences why the sky is blue.</source>
        <translation>Erkläre in drei Sätzen, warum der Himmel blau ist.</translation>
    </message>
    <message>
        <source>Export the conversation</source>
        <translation>Unterhaltung exportieren</translation>
    </message>
    <message>
        <source>GGUF files</source>
        <translation>GGUF-Dateien</translation>
    </message>
    <message>
        <source>Make a table of the three largest planets and their sizes.</source>
        <translation>Mach eine Tabelle der drei größten Planeten und ihrer Größen.</translation>
    </message>
    <message>
        <source>Markdown (*.md);;JSON (*.json)</source>
        <translation>Markdown (*.md);;JSON (*.json)</translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>Nichts gefunden.</translation>
    </message>
    <message>
        <source>One of your runs, or a base model before any run. It is loaded when you choose it.</source>
        <translation>Einer der eigenen Läufe oder ein Basismodell ohne Lauf. Es wird geladen, sobald es gewählt ist.</translation>
    </message>
    <message>
        <source>Open a link</source>
        <translation>Link öffnen</translation>
    </message>
    <message>
        <source>Rename the conversation</source>
        <translation>Unterhaltung umbenennen</translation>
    </message>
    <message>
        <source>Talk with %1</source>
        <translation>Gespräch mit %1</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Write a message below, or begin with one of these.</source>
        <translation>Unten eine Nachricht schreiben oder mit einer von diesen beginnen.</translation>
    </message>
    <message>
        <source>Write a short poem about a lighthouse.</source>
        <translation>Schreib ein kurzes Gedicht über einen Leuchtturm.</translation>
    </message>
    <message>
        <source>Your conversations are kept here.</source>
        <translation>Hier bleiben die Unterhaltungen aufbewahrt.</translation>
    </message>
</context>
<context>
    <name>ChatStart</name>
    <message>
        <source>Ask: %1</source>
        <translation>Fragen: %1</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>Code kopieren</translation>
    </message>
</context>
<context>
    <name>CodeText</name>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Enter sends, Shift+Enter makes a new line</source>
        <translation>Eingabe sendet, Umschalt+Eingabe beginnt eine neue Zeile</translation>
    </message>
    <message>
        <source>Esc stops the answer</source>
        <translation>Esc hält die Antwort an</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Nachricht senden</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Eigene Nachricht</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Begin a new conversation (Ctrl+N)</source>
        <translation>Neue Unterhaltung beginnen (Strg+N)</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Unterhaltungen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>Neue Unterhaltung</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Saved conversations</source>
        <translation>Gespeicherte Unterhaltungen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search in all conversations</source>
        <translation>In allen Unterhaltungen suchen</translation>
    </message>
</context>
<context>
    <name>ConversationsModel</name>
    <message>
        <source>New conversation</source>
        <translation>Neue Unterhaltung</translation>
    </message>
</context>
<context>
    <name>DataChoice</name>
    <message>
        <source>Choose the data</source>
        <translation>Daten wählen</translation>
    </message>
</context>
<context>
    <name>DataStep</name>
    <message>
        <source>%1 is not read: %2</source>
        <translation>%1 wird nicht gelesen: %2</translation>
    </message>
    <message>
        <source>%1 rows, longest %2 tokens, %3 too long for the limit of %4</source>
        <translation>%1 Zeilen, die längste mit %2 Tokens, %3 zu lang für die Grenze von %4</translation>
    </message>
    <message>
        <source>%1: %2 tokens, %3 learned</source>
        <translation>%1: %2 Tokens, %3 gelernt</translation>
    </message>
    <message numerus="yes">
        <source>%Ln examples</source>
        <translation>
            <numerusform>%Ln Beispiel</numerusform>
            <numerusform>%Ln Beispiele</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln held back for measuring</source>
        <translation>
            <numerusform>%Ln zum Messen zurückgehalten</numerusform>
            <numerusform>%Ln zum Messen zurückgehalten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln refused</source>
        <translation>
            <numerusform>%Ln abgelehnt</numerusform>
            <numerusform>%Ln abgelehnt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln repeated</source>
        <translation>
            <numerusform>%Ln doppelt</numerusform>
            <numerusform>%Ln doppelt</numerusform>
        </translation>
    </message>
    <message>
        <source>, cut</source>
        <translation>, abgeschnitten</translation>
    </message>
    <message>
        <source>119 short conversations of a made-up toaster workshop</source>
        <translation>119 kurze Gespräche einer erfundenen Toasterwerkstatt</translation>
    </message>
    <message>
        <source>60 questions and answers about birds, as a table</source>
        <translation>60 Fragen und Antworten über Vögel als Tabelle</translation>
    </message>
    <message>
        <source>An essay of about 4,200 words</source>
        <translation>Ein Aufsatz von etwa 4.200 Wörtern</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Bird questions</source>
        <translation>Vogelfragen</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Data (%1);;All files (*)</source>
        <translation>Daten (%1);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Every row can be used.</source>
        <translation>Jede Zeile ist brauchbar.</translation>
    </message>
    <message>
        <source>Format %1: %2.</source>
        <translation>Format %1: %2.</translation>
    </message>
    <message>
        <source>Further input</source>
        <translation>Weitere Eingabe</translation>
    </message>
    <message>
        <source>Highlighted: what the model learns to write. The rest it only reads.</source>
        <translation>Hervorgehoben: was das Modell zu schreiben lernt. Den Rest liest es nur.</translation>
    </message>
    <message>
        <source>Looking at the data…</source>
        <translation>Daten werden angesehen…</translation>
    </message>
    <message>
        <source>No data: quantize and repair only</source>
        <translation>Keine Daten: nur quantisieren und reparieren</translation>
    </message>
    <message>
        <source>Open a folder of data</source>
        <translation>Ordner mit Daten öffnen</translation>
    </message>
    <message>
        <source>Open data</source>
        <translation>Daten öffnen</translation>
    </message>
    <message>
        <source>Plain prose</source>
        <translation>Einfache Prosa</translation>
    </message>
    <message>
        <source>Question or prompt</source>
        <translation>Frage oder Prompt</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The model has no chat template of its own; a plain one is used.</source>
        <translation>Das Modell hat keine eigene Chatvorlage; eine einfache wird verwendet.</translation>
    </message>
    <message>
        <source>The preview appears when the model&apos;s tokenizer is on this computer.</source>
        <translation>Die Vorschau erscheint, sobald der Tokenizer des Modells auf diesem Computer ist.</translation>
    </message>
    <message>
        <source>Without data the model is quantized and repaired only.</source>
        <translation>Ohne Daten wird das Modell nur quantisiert und repariert.</translation>
    </message>
    <message>
        <source>Workshop chats</source>
        <translation>Werkstatt</translation>
    </message>
</context>
<context>
    <name>DataView</name>
    <message>
        <source>Column for %1</source>
        <translation>Spalte für %1</translation>
    </message>
    <message>
        <source>Columns and split</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Drop a file or folder here: jsonl, json, csv, tsv, parquet, arrow or txt</source>
        <translation>Datei oder Ordner hier ablegen: jsonl, json, csv, tsv, parquet, arrow oder txt</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>Datei…</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Held back for measuring</source>
        <translation>Zum Messen zurückgehalten</translation>
    </message>
    <message>
        <source>Looks at the data</source>
        <translation>Die Daten werden angesehen</translation>
    </message>
    <message>
        <source>No data yet? Try a sample:</source>
        <translation>Beispiel probieren:</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Refused (%1)</source>
        <translation>Abgelehnt (%1)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the data</source>
        <translation>Daten entfernen</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Rows held back for measuring</source>
        <translation>Zum Messen zurückgehaltene Zeilen</translation>
    </message>
    <message>
        <source>Rows of the data</source>
        <translation>Zeilen der Daten</translation>
    </message>
    <message>
        <source>Sample: %1</source>
        <translation>Beispiel: %1</translation>
    </message>
    <message>
        <source>Token lengths</source>
        <translation>Tokenlängen</translation>
    </message>
    <message>
        <source>What the model will see</source>
        <translation>Was das Modell sieht</translation>
    </message>
    <message>
        <source>Which column holds what. Leave as found if unsure.</source>
        <translation>Welche Spalte was enthält. Im Zweifel so lassen wie erkannt.</translation>
    </message>
</context>
<context>
    <name>Device</name>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 is there, but PyTorch cannot use it.</source>
        <translation>%1 ist da, aber PyTorch kann es nicht benutzen.</translation>
    </message>
    <message>
        <source>%1 is there, but the installed PyTorch is a build for the processor only.</source>
        <translation>%1 ist da, aber das installierte PyTorch ist nur für den Prozessor gebaut.</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>Install its build for CUDA (pip install --force-reinstall torch, with the index PyTorch names).</source>
        <translation>Die Ausgabe für CUDA installieren (pip install --force-reinstall torch, mit dem Index, den PyTorch nennt).</translation>
    </message>
    <message>
        <source>No usable graphics card: the processor does the work.</source>
        <translation>Keine nutzbare Grafikkarte: Der Prozessor macht die Arbeit.</translation>
    </message>
    <message>
        <source>PyTorch cannot start it; the driver may be too old</source>
        <translation>PyTorch kann es nicht starten; vielleicht ist der Treiber zu alt</translation>
    </message>
    <message>
        <source>PyTorch finds a GPU that NVIDIA&apos;s management library does not show.</source>
        <translation>PyTorch findet eine GPU, die NVIDIAs Verwaltungsbibliothek nicht zeigt.</translation>
    </message>
    <message>
        <source>PyTorch was built for CUDA %1, for which driver %2 may be too old: install a newer one.</source>
        <translation>PyTorch ist für CUDA %1 gebaut, wofür Treiber %2 zu alt sein kann: einen neueren installieren.</translation>
    </message>
    <message>
        <source>Results on it may be wrong. Use the processor, and install NVIDIA&apos;s newest driver.</source>
        <translation>Ergebnisse darauf können falsch sein. Den Prozessor benutzen und NVIDIAs neuesten Treiber installieren.</translation>
    </message>
    <message>
        <source>Runs use it, but plans and the memory shown are the processor&apos;s. Reinstalling the driver mends it.</source>
        <translation>Läufe benutzen sie, aber Planung und Speicheranzeige gelten für den Prozessor. Den Treiber neu zu installieren behebt das.</translation>
    </message>
    <message>
        <source>The check of %1 failed: %2.</source>
        <translation>Die Prüfung von %1 ist fehlgeschlagen: %2.</translation>
    </message>
    <message>
        <source>Until then the processor does the work.</source>
        <translation>Bis dahin macht der Prozessor die Arbeit.</translation>
    </message>
    <message>
        <source>What it can do is being measured.</source>
        <translation>Was er schafft, wird gemessen.</translation>
    </message>
    <message>
        <source>What it can do: the starter recipe takes about %1, the same with a 1B model about %2.</source>
        <translation>Was er schafft: das Startrezept in etwa %1, dasselbe mit einem 1B-Modell in etwa %2.</translation>
    </message>
    <message>
        <source>the installed PyTorch is a build for the processor only</source>
        <translation>das installierte PyTorch ist nur für den Prozessor gebaut</translation>
    </message>
</context>
<context>
    <name>DifferenceModel</name>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
</context>
<context>
    <name>Duration</name>
    <message>
        <source>{hours} h {minutes:02d} min</source>
        <translation>{hours} h {minutes:02d} min</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>{minutes} min {seconds:02d} s</source>
        <translation>{minutes} min {seconds:02d} s</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>%1 %2 is using the device.</source>
        <extracomment>%1 is holder.name; %2 is holder.command.id</extracomment>
        <translation>%1 %2 belegt das Gerät.</translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <extracomment>%1 is &apos;, &apos;.join(missing[:4]); %2 is len(missing) - 4</extracomment>
        <translation>%1 und %2 weitere</translation>
    </message>
    <message>
        <source>%1 arrived damaged and is fetched again.</source>
        <extracomment>%1 is file.name</extracomment>
        <translation>%1 kam beschädigt an und wird neu geladen.</translation>
    </message>
    <message>
        <source>%1 bits a weight, with a repair of the error.</source>
        <extracomment>%1 is lower</extracomment>
        <translation>%1 Bits je Gewicht, mit einer Reparatur des Fehlers.</translation>
    </message>
    <message>
        <source>%1 bits a weight; only 2, 3, 4 and 8 are known</source>
        <extracomment>%1 is words * _WORD / max(1, columns)</extracomment>
        <translation>%1 Bits je Gewicht; bekannt sind nur 2, 3, 4 und 8</translation>
    </message>
    <message>
        <source>%1 bits a weight; the model loses some quality.</source>
        <extracomment>%1 is lower</extracomment>
        <translation>%1 Bits je Gewicht; das Modell verliert etwas Qualität.</translation>
    </message>
    <message>
        <source>%1 cannot be %2</source>
        <extracomment>%1 is key; %2 is _shown(value)</extracomment>
        <translation>%1 kann nicht %2 sein</translation>
    </message>
    <message>
        <source>%1 cannot be %2; it has to be %3.</source>
        <extracomment>%1 is name; %2 is value; %3 is rule</extracomment>
        <translation>%1 kann nicht %2 sein; verlangt ist %3.</translation>
    </message>
    <message>
        <source>%1 cannot be made: there is a file in its way.</source>
        <extracomment>%1 is self.path</extracomment>
        <translation>%1 kann nicht angelegt werden: Eine Datei ist im Weg.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <extracomment>%1 is path; %2 is error</extracomment>
        <translation>%1 kann nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2 (and %3 more lines).</source>
        <extracomment>%1 is broken[0].where; %2 is broken[0].reason; %3 is len(broken) - 1</extracomment>
        <translation>%1 kann nicht gelesen werden: %2 (und %3 weitere Zeilen).</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <extracomment>%1 is path.name; %2 is str(error).splitlines()[0]</extracomment>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1 cannot be run block by block: it changes the hidden states between its blocks.</source>
        <extracomment>%1 is name</extracomment>
        <translation>%1 kann nicht Block für Block laufen: Es ändert die verborgenen Zustände zwischen seinen Blöcken.</translation>
    </message>
    <message>
        <source>%1 cannot be run block by block: its blocks take input of their own for each token.</source>
        <extracomment>%1 is name</extracomment>
        <translation>%1 kann nicht Block für Block laufen: Seine Blöcke nehmen zu jedem Token eine eigene Eingabe.</translation>
    </message>
    <message>
        <source>%1 cannot be run block by block: its last block returns something else than hidden states.</source>
        <extracomment>%1 is name</extracomment>
        <translation>%1 kann nicht Block für Block laufen: Sein letzter Block gibt etwas anderes als verborgene Zustände zurück.</translation>
    </message>
    <message>
        <source>%1 cannot be used: %2.</source>
        <extracomment>%1 is where; %2 is what</extracomment>
        <translation>%1 kann nicht benutzt werden: %2.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <extracomment>%1 is path; %2 is os.strerror(error.errno or 0)</extracomment>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>%1 cells where the header has %2</source>
        <extracomment>%1 is len(record); %2 is len(header)</extracomment>
        <translation>%1 Zellen, wo die Kopfzeile %2 hat</translation>
    </message>
    <message>
        <source>%1 could not be fetched: the hub was not reached.</source>
        <extracomment>%1 is repository</extracomment>
        <translation>%1 konnte nicht geladen werden: Der Hub war nicht erreichbar.</translation>
    </message>
    <message>
        <source>%1 could not be opened: %2</source>
        <extracomment>%1 is repository; %2 is first</extracomment>
        <translation>%1 konnte nicht geöffnet werden: %2</translation>
    </message>
    <message>
        <source>%1 describes no plain LoRA adapter.</source>
        <extracomment>%1 is path</extracomment>
        <translation>%1 beschreibt keinen einfachen LoRA-Adapter.</translation>
    </message>
    <message>
        <source>%1 does not describe a packed model: %2.</source>
        <extracomment>%1 is where; %2 is why</extracomment>
        <translation>%1 beschreibt kein gepacktes Modell: %2.</translation>
    </message>
    <message>
        <source>%1 does not exist on the hub, or it is private or gated and needs an access token.</source>
        <extracomment>%1 is repo</extracomment>
        <translation>%1 gibt es auf dem Hub nicht, oder es ist privat oder zugangsbeschränkt und braucht ein Zugriffstoken.</translation>
    </message>
    <message>
        <source>%1 does not separate its head from its blocks, so it cannot be trained here.</source>
        <extracomment>%1 is type(causal).__name__</extracomment>
        <translation>%1 trennt seinen Ausgabekopf nicht von seinen Blöcken und kann hier nicht trainiert werden.</translation>
    </message>
    <message>
        <source>%1 groups do not divide %2 inputs, and no group_size is stated</source>
        <extracomment>%1 is groups; %2 is columns</extracomment>
        <translation>%1 Gruppen teilen %2 Eingänge nicht auf, und group_size ist nicht angegeben</translation>
    </message>
    <message>
        <source>%1 has %2 mistakes</source>
        <extracomment>%1 is where; %2 is len(mistakes)</extracomment>
        <translation>%1 hat %2 Fehler</translation>
    </message>
    <message>
        <source>%1 has %2 tensors that %3 has no place for, e.g. %4.</source>
        <extracomment>%1 is path.name; %2 is len(unknown); %3 is family.architecture; %4 is unknown[0]</extracomment>
        <translation>%1 hat %2 Tensoren, für die %3 keinen Platz hat, z. B. %4.</translation>
    </message>
    <message>
        <source>%1 has %2 tokens, but a block needs %3.</source>
        <extracomment>%1 is name; %2 is len(ids); %3 is length</extracomment>
        <translation>%1 hat %2 Tokens, aber ein Block braucht %3.</translation>
    </message>
    <message>
        <source>%1 has an encoder and a decoder; only decoder-only models are handled so far.</source>
        <extracomment>%1 is spec.architecture or config.model_type</extracomment>
        <translation>%1 hat einen Encoder und einen Decoder; bisher gehen nur reine Decoder-Modelle.</translation>
    </message>
    <message>
        <source>%1 has broken JSON on line %2.</source>
        <extracomment>%1 is path.name; %2 is line</extracomment>
        <translation>%1 hat fehlerhaftes JSON in Zeile %2.</translation>
    </message>
    <message>
        <source>%1 has broken JSON on line %2: %3.</source>
        <extracomment>%1 is self.path.name; %2 is line; %3 is what</extracomment>
        <translation>%1 hat fehlerhaftes JSON in Zeile %2: %3.</translation>
    </message>
    <message>
        <source>%1 has broken characters (half of a surrogate pair)</source>
        <extracomment>%1 is what</extracomment>
        <translation>%1 hat kaputte Zeichen (halbes Surrogatpaar)</translation>
    </message>
    <message>
        <source>%1 has no %2 and no %3.</source>
        <extracomment>%1 is folder; %2 is SINGLE; %3 is INDEX</extracomment>
        <translation>%1 hat kein %2 und kein %3.</translation>
    </message>
    <message>
        <source>%1 has no config.json, so it is not a Hugging Face model folder.</source>
        <extracomment>%1 is path.parent</extracomment>
        <translation>%1 hat keine config.json, ist also kein Hugging-Face-Modellordner.</translation>
    </message>
    <message>
        <source>%1 has no questions.</source>
        <extracomment>%1 is path</extracomment>
        <translation>%1 hat keine Fragen.</translation>
    </message>
    <message>
        <source>%1 has no rows.</source>
        <extracomment>%1 is repository</extracomment>
        <translation>%1 hat keine Zeilen.</translation>
    </message>
    <message>
        <source>%1 has no usable row.</source>
        <extracomment>%1 is where</extracomment>
        <translation>%1 hat keine brauchbare Zeile.</translation>
    </message>
    <message>
        <source>%1 has no usable row. The first: %2 (%3).</source>
        <extracomment>%1 is where; %2 is refused[0].reason; %3 is refused[0].where</extracomment>
        <translation>%1 hat keine brauchbare Zeile. Die erste: %2 (%3).</translation>
    </message>
    <message>
        <source>%1 has one mistake</source>
        <extracomment>%1 is where</extracomment>
        <translation>%1 hat einen Fehler</translation>
    </message>
    <message>
        <source>%1 has parts that are not text</source>
        <extracomment>%1 is what</extracomment>
        <translation>%1 hat Teile, die kein Text sind</translation>
    </message>
    <message>
        <source>%1 has several configurations: %2</source>
        <extracomment>%1 is repository; %2 is &apos; &apos;.join(text.split())[:400]</extracomment>
        <translation>%1 hat mehrere Konfigurationen: %2</translation>
    </message>
    <message>
        <source>%1 holds no safetensors weights.</source>
        <extracomment>%1 is info.repo</extracomment>
        <translation>%1 enthält keine safetensors-Gewichte.</translation>
    </message>
    <message>
        <source>%1 holds only GGUF files, e.g. %2.</source>
        <extracomment>%1 is info.repo; %2 is ggufs[0]</extracomment>
        <translation>%1 enthält nur GGUF-Dateien, z. B. %2.</translation>
    </message>
    <message>
        <source>%1 holds other tensors than pairs of lora_A and lora_B.</source>
        <extracomment>%1 is self.path</extracomment>
        <translation>%1 enthält andere Tensoren als Paare von lora_A und lora_B.</translation>
    </message>
    <message>
        <source>%1 holds the architecture %2 which cannot be read from GGUF yet.</source>
        <extracomment>%1 is path.name; %2 is stated</extracomment>
        <translation>%1 enthält die Architektur %2, die noch nicht aus GGUF gelesen werden kann.</translation>
    </message>
    <message>
        <source>%1 holds the architecture %2, a mixture of experts, which cannot be read from GGUF yet.</source>
        <extracomment>%1 is path.name; %2 is stated</extracomment>
        <translation>%1 enthält die Architektur %2, eine Mixture of Experts, die noch nicht aus GGUF gelesen werden kann.</translation>
    </message>
    <message>
        <source>%1 is %2 in the file, but the configuration asks for %3.</source>
        <extracomment>%1 is name; %2 is list(tensor.shape); %3 is list(shape)</extracomment>
        <translation>%1 ist in der Datei %2, aber die Konfiguration verlangt %3.</translation>
    </message>
    <message>
        <source>%1 is %2, not text</source>
        <extracomment>%1 is what; %2 is _kind(value)</extracomment>
        <translation>%1 ist %2, kein Text</translation>
    </message>
    <message>
        <source>%1 is a %2, which cannot be packed.</source>
        <extracomment>%1 is name; %2 is type(module).__name__</extracomment>
        <translation>%1 ist ein %2, das nicht gepackt werden kann.</translation>
    </message>
    <message>
        <source>%1 is a program, not data; programs from the hub are not run.</source>
        <extracomment>%1 is repository</extracomment>
        <translation>%1 ist ein Programm, keine Daten; Programme vom Hub werden nicht ausgeführt.</translation>
    </message>
    <message>
        <source>%1 is a section, not %2</source>
        <extracomment>%1 is path; %2 is values</extracomment>
        <translation>%1 ist ein Abschnitt, nicht %2</translation>
    </message>
    <message>
        <source>%1 is already quantized with %2; its float weights are gone.</source>
        <extracomment>%1 is spec.source; %2 is spec.quantization</extracomment>
        <translation>%1 ist schon mit %2 quantisiert; die Float-Gewichte sind verloren.</translation>
    </message>
    <message>
        <source>%1 is cut off: %2 bytes expected, %3 found.</source>
        <extracomment>%1 is where; %2 is expected; %3 is found</extracomment>
        <translation>%1 ist abgeschnitten: %2 Bytes erwartet, %3 gefunden.</translation>
    </message>
    <message>
        <source>%1 is damaged: %2.</source>
        <extracomment>%1 is where; %2 is why</extracomment>
        <translation>%1 ist beschädigt: %2.</translation>
    </message>
    <message>
        <source>%1 is empty</source>
        <extracomment>%1 is column</extracomment>
        <translation>%1 ist leer</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation>%1 ist leer.</translation>
    </message>
    <message>
        <source>%1 is gated: its authors give access only to those who accept their terms.</source>
        <extracomment>%1 is repo</extracomment>
        <translation>%1 ist zugangsbeschränkt: Zugang gibt es nur, wenn die Bedingungen angenommen sind.</translation>
    </message>
    <message>
        <source>%1 is neither a JSON array nor an object.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation>%1 ist weder eine JSON-Liste noch ein JSON-Objekt.</translation>
    </message>
    <message>
        <source>%1 is neither a Linear nor a Conv1D</source>
        <extracomment>%1 is kind</extracomment>
        <translation>%1 ist weder Linear noch Conv1D</translation>
    </message>
    <message>
        <source>%1 is no UTF-8 text (byte %2).</source>
        <extracomment>%1 is path; %2 is error.start</extracomment>
        <translation>%1 ist kein UTF-8-Text (Byte %2).</translation>
    </message>
    <message>
        <source>%1 is no correction method of this version.</source>
        <extracomment>%1 is method</extracomment>
        <translation>%1 ist keine Reparatur dieser Version.</translation>
    </message>
    <message>
        <source>%1 is no device; it is auto, cuda or cpu.</source>
        <extracomment>%1 is command.device</extracomment>
        <translation>%1 ist kein Gerät; möglich sind auto, cuda und cpu.</translation>
    </message>
    <message>
        <source>%1 is no model source.</source>
        <extracomment>%1 is source</extracomment>
        <translation>%1 ist keine Modellquelle.</translation>
    </message>
    <message>
        <source>%1 is no name of a model on the hub.</source>
        <extracomment>%1 is repo</extracomment>
        <translation>%1 ist kein Name eines Modells auf dem Hub.</translation>
    </message>
    <message>
        <source>%1 is no packed model.</source>
        <extracomment>%1 is type(base).__name__</extracomment>
        <translation>%1 ist kein gepacktes Modell.</translation>
    </message>
    <message>
        <source>%1 is not TOML: %2</source>
        <extracomment>%1 is where; %2 is error</extracomment>
        <translation>%1 ist kein TOML: %2</translation>
    </message>
    <message>
        <source>%1 is not UTF-8; it was read as %2, an old single-byte encoding.</source>
        <extracomment>%1 is named.name; %2 is encoding</extracomment>
        <translation>%1 ist kein UTF-8; es wurde als %2 gelesen, eine alte Ein-Byte-Kodierung.</translation>
    </message>
    <message>
        <source>%1 is not a kind of data file that can be read.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation>%1 ist keine Art von Datendatei, die gelesen werden kann.</translation>
    </message>
    <message>
        <source>%1 is not a list of turns</source>
        <extracomment>%1 is column</extracomment>
        <translation>%1 ist keine Liste von Beiträgen</translation>
    </message>
    <message>
        <source>%1 is not a name on the hub.</source>
        <extracomment>%1 is repository or &apos;nothing&apos;</extracomment>
        <translation>%1 ist kein Name auf dem Hub.</translation>
    </message>
    <message>
        <source>%1 is not as this run wrote it; it is made again, with everything after it.</source>
        <extracomment>%1 is changed</extracomment>
        <translation>%1 ist nicht so, wie dieser Lauf es schrieb; es wird mit allem danach neu gemacht.</translation>
    </message>
    <message>
        <source>%1 is not known</source>
        <extracomment>%1 is key</extracomment>
        <translation>%1 ist nicht bekannt</translation>
    </message>
    <message>
        <source>%1 is not something a column can be.</source>
        <extracomment>%1 is role</extracomment>
        <translation>%1 ist nichts, was eine Spalte sein kann.</translation>
    </message>
    <message>
        <source>%1 is one JSON object of more than %2 MB.</source>
        <extracomment>%1 is path.name; %2 is LARGEST_OBJECT_BYTES &gt;&gt; 20</extracomment>
        <translation>%1 ist ein einzelnes JSON-Objekt von mehr als %2 MB.</translation>
    </message>
    <message>
        <source>%1 is only open to those who accepted its terms.</source>
        <extracomment>%1 is repository</extracomment>
        <translation>%1 steht nur offen, wenn die Bedingungen angenommen sind.</translation>
    </message>
    <message>
        <source>%1 is self, data or a text or jsonl file.</source>
        <extracomment>%1 is key</extracomment>
        <translation>%1 ist self, data oder eine Text- oder jsonl-Datei.</translation>
    </message>
    <message>
        <source>%1 is tied to %2, which is not packed</source>
        <extracomment>%1 is head; %2 is embedding</extracomment>
        <translation>%1 ist an %2 gebunden, das nicht gepackt ist</translation>
    </message>
    <message>
        <source>%1 keeps %2 experts fused in one tensor, which no packed module replaces yet</source>
        <extracomment>%1 is kind; %2 is parameter.shape[0]</extracomment>
        <translation>%1 hält %2 Experten in einem Tensor, den noch kein gepacktes Modul ersetzt</translation>
    </message>
    <message>
        <source>%1 of %2 points are measured.</source>
        <extracomment>%1 is count; %2 is len(document.points)</extracomment>
        <translation>%1 von %2 Punkten sind gemessen.</translation>
    </message>
    <message>
        <source>%1 of %2 rows have no token to learn and add nothing.</source>
        <extracomment>%1 is empty; %2 is len(rows)</extracomment>
        <translation>%1 von %2 Zeilen haben kein zu lernendes Token und tragen nichts bei.</translation>
    </message>
    <message>
        <source>%1 of the model&apos;s tensors are in none of its files: %2.</source>
        <extracomment>%1 is len(missing); %2 is shown</extracomment>
        <translation>%1 Tensoren des Modells sind in keiner seiner Dateien: %2.</translation>
    </message>
    <message>
        <source>%1 rows are longer than %2 tokens and are cut.</source>
        <extracomment>%1 is rendered.too_long; %2 is settings.max_length</extracomment>
        <translation>%1 Zeilen sind länger als %2 Tokens und werden abgeschnitten.</translation>
    </message>
    <message>
        <source>%1 rows cannot be used: %2.</source>
        <extracomment>%1 is report.refused_count; %2 is named</extracomment>
        <translation>%1 Zeilen sind nicht brauchbar: %2.</translation>
    </message>
    <message>
        <source>%1 rows do not fit the model&apos;s template or have nothing to learn: %2.</source>
        <extracomment>%1 is rendered.refused_count; %2 is named</extracomment>
        <translation>%1 Zeilen passen nicht zur Vorlage des Modells oder haben nichts zu lernen: %2.</translation>
    </message>
    <message>
        <source>%1 sequences being written</source>
        <extracomment>%1 is rows</extracomment>
        <translation>%1 Sequenzen in Arbeit</translation>
    </message>
    <message>
        <source>%1 should be a short table of fp32 numbers</source>
        <extracomment>%1 is tensor.name</extracomment>
        <translation>%1 sollte eine kurze Tabelle von fp32-Zahlen sein</translation>
    </message>
    <message>
        <source>%1 stays as it is: %2.</source>
        <extracomment>%1 is name; %2 is reason</extracomment>
        <translation>%1 bleibt, wie es ist: %2.</translation>
    </message>
    <message>
        <source>%1 stores %2 as %3, which cannot be decoded.</source>
        <extracomment>%1 is path.name; %2 is stored.name; %3 is stored.type</extracomment>
        <translation>%1 speichert %2 als %3, was nicht dekodiert werden kann.</translation>
    </message>
    <message>
        <source>%1 stretches its rotary frequencies in a way that config.json cannot say.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation>%1 streckt seine Rotationsfrequenzen auf eine Art, die config.json nicht ausdrücken kann.</translation>
    </message>
    <message>
        <source>%1 takes %2 bytes where its shape needs %3</source>
        <extracomment>%1 is name; %2 is end - begin; %3 is expected</extracomment>
        <translation>%1 nimmt %2 Bytes ein, wo die Form %3 braucht</translation>
    </message>
    <message>
        <source>%1 was ended (%2).</source>
        <extracomment>%1 is task.name; %2 is error.mode</extracomment>
        <translation>%1 wurde beendet (%2).</translation>
    </message>
    <message>
        <source>%1-bit copy to sample from</source>
        <extracomment>%1 is bits</extracomment>
        <translation>%1-Bit-Kopie zum Erzeugen</translation>
    </message>
    <message>
        <source>&apos;auto&apos; has not been turned into a number of bits yet.</source>
        <translation>„auto“ ist noch keine Zahl von Bits.</translation>
    </message>
    <message>
        <source>--set wants key=value, not %1</source>
        <extracomment>%1 is assignment</extracomment>
        <translation>--set braucht schlüssel=wert, nicht %1</translation>
    </message>
    <message>
        <source>A chat with %1 is open and holds the memory.</source>
        <extracomment>%1 is self._source</extracomment>
        <translation>Ein Chat mit %1 ist offen und belegt den Speicher.</translation>
    </message>
    <message>
        <source>A file or folder may not be read or written: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation>Eine Datei oder ein Ordner darf nicht gelesen oder geschrieben werden: %1</translation>
    </message>
    <message>
        <source>A frontier needs at least one bit-width and one method.</source>
        <translation>Ein Vergleich von Qualität und Größe braucht mindestens eine Bitbreite und eine Reparatur.</translation>
    </message>
    <message>
        <source>A matrix cannot be stored at %1 bits.</source>
        <extracomment>%1 is bits</extracomment>
        <translation>Eine Matrix kann nicht mit %1 Bits gespeichert werden.</translation>
    </message>
    <message>
        <source>A mean of %1 bits is below the smallest width, %2.</source>
        <extracomment>%1 is bits; %2 is min(chosen.values())</extracomment>
        <translation>Ein Mittel von %1 Bits liegt unter der kleinsten Breite, %2.</translation>
    </message>
    <message>
        <source>A message by %1 cannot be answered; roles: %2.</source>
        <extracomment>%1 is turn.role; %2 is _ROLES</extracomment>
        <translation>Eine Nachricht von %1 kann nicht beantwortet werden; Rollen: %2.</translation>
    </message>
    <message>
        <source>A model folder needs tokenizer.json (or the files it is made of) beside its weights.</source>
        <translation>Ein Modellordner braucht tokenizer.json (oder die Dateien, aus denen es entsteht) neben den Gewichten.</translation>
    </message>
    <message>
        <source>A model of type %1 does not write text token by token.</source>
        <extracomment>%1 is config.model_type</extracomment>
        <translation>Ein Modell vom Typ %1 schreibt keinen Text Token für Token.</translation>
    </message>
    <message>
        <source>A question and its answer take up to %1 tokens; the model was made for %2.</source>
        <extracomment>%1 is tokens; %2 is window</extracomment>
        <translation>Eine Frage mit Antwort braucht bis zu %1 Tokens; das Modell ist für %2 gemacht.</translation>
    </message>
    <message>
        <source>A share is at least 0 and at most 0.5.</source>
        <translation>Ein Anteil ist mindestens 0 und höchstens 0,5.</translation>
    </message>
    <message>
        <source>A stride of %1 leaves out tokens between windows of %2.</source>
        <extracomment>%1 is stride; %2 is context</extracomment>
        <translation>Eine Schrittweite von %1 lässt zwischen Fenstern von %2 Tokens aus.</translation>
    </message>
    <message>
        <source>A task is gsm8k:FILE.</source>
        <translation>Eine Aufgabe heißt gsm8k:FILE.</translation>
    </message>
    <message>
        <source>Accept the terms at %1 and enter an access token of your account, then try again.</source>
        <extracomment>%1 is page</extracomment>
        <translation>Unter %1 die Bedingungen annehmen, ein Zugriffstoken des eigenen Kontos eingeben und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Accept the terms at %1 with the account whose token is saved, then try again.</source>
        <extracomment>%1 is page</extracomment>
        <translation>Unter %1 mit dem Konto, dessen Token gespeichert ist, die Bedingungen annehmen und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Accept them on its page, then enter an access token.</source>
        <translation>Auf der Seite des Modells annehmen, dann ein Zugriffstoken eingeben.</translation>
    </message>
    <message>
        <source>Adapters written by this program carry a %1; copy it along with the other files.</source>
        <extracomment>%1 is MARK_FILE</extracomment>
        <translation>Adapter dieses Programms haben ein %1 dabei; es mit den anderen Dateien kopieren.</translation>
    </message>
    <message>
        <source>Add --resume to go on with it, or choose another folder.</source>
        <translation>Mit --resume weitermachen oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>An adapter cannot be merged into packed weights: the sum is no longer on the grid of codes.</source>
        <translation>Ein Adapter kann nicht in gepackte Gewichte eingerechnet werden: Die Summe liegt nicht mehr auf dem Raster der Codes.</translation>
    </message>
    <message>
        <source>An adapter of rank %1; it can learn less.</source>
        <extracomment>%1 is rank</extracomment>
        <translation>Ein Adapter mit Rang %1; er kann weniger lernen.</translation>
    </message>
    <message>
        <source>Another process is working in this run folder.</source>
        <translation>Ein anderer Prozess arbeitet in diesem Lauf-Ordner.</translation>
    </message>
    <message>
        <source>By the estimate this run takes nearly all memory or disk space that is free.</source>
        <translation>Der Schätzung nach braucht dieser Lauf fast allen freien Speicher oder Plattenplatz.</translation>
    </message>
    <message>
        <source>CUDA context</source>
        <translation>CUDA-Kontext</translation>
    </message>
    <message>
        <source>Calibrate in a wider precision (bfloat16 or float32), or on other text.</source>
        <translation>Mit größerer Genauigkeit (bfloat16 oder float32) oder mit anderem Text kalibrieren.</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Change its permissions or choose another folder.</source>
        <translation>Die Rechte ändern oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Check data.source and the report of refused rows.</source>
        <translation>data.source und den Bericht der abgelehnten Zeilen prüfen.</translation>
    </message>
    <message>
        <source>Check special characters in the preview.</source>
        <translation>Sonderzeichen in der Vorschau prüfen.</translation>
    </message>
    <message>
        <source>Check that the file is complete and that you may read it.</source>
        <translation>Prüfen, ob die Datei vollständig ist und gelesen werden darf.</translation>
    </message>
    <message>
        <source>Check the name; if %1 shows it to you, enter a token from %2/settings/tokens.</source>
        <extracomment>%1 is page; %2 is endpoint()</extracomment>
        <translation>Den Namen prüfen; wenn %1 es zeigt, ein Token von %2/settings/tokens eingeben.</translation>
    </message>
    <message>
        <source>Check the network and try again; what was fetched before is used without it.</source>
        <translation>Das Netzwerk prüfen und es noch einmal versuchen; früher Geladenes geht auch ohne.</translation>
    </message>
    <message>
        <source>Check the order of the turns: mostly user and assistant have to alternate, the user first.</source>
        <translation>Die Reihenfolge der Beiträge prüfen: Meist müssen user und assistant abwechseln, user zuerst.</translation>
    </message>
    <message>
        <source>Check the path, or download the model again.</source>
        <translation>Den Pfad prüfen oder das Modell neu herunterladen.</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>Den Pfad prüfen.</translation>
    </message>
    <message>
        <source>Check the spelling, or search for it.</source>
        <translation>Die Schreibweise prüfen oder danach suchen.</translation>
    </message>
    <message>
        <source>Check the spelling; a private one needs an access token.</source>
        <translation>Die Schreibweise prüfen; ein privates braucht ein Zugriffstoken.</translation>
    </message>
    <message>
        <source>Choose a file with rows in it.</source>
        <translation>Eine Datei mit Zeilen wählen.</translation>
    </message>
    <message>
        <source>Choose another folder with --out or [output] dir.</source>
        <translation>Mit --out oder [output] dir einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Choose another folder, or make this one writable.</source>
        <translation>Einen anderen Ordner wählen oder diesen beschreibbar machen.</translation>
    </message>
    <message>
        <source>Choose another model.</source>
        <translation>Ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>Choose another model; the Llama, Qwen, Gemma, Mistral, Phi and GPT-2 families work.</source>
        <translation>Ein anderes Modell wählen; die Familien Llama, Qwen, Gemma, Mistral, Phi und GPT-2 gehen.</translation>
    </message>
    <message>
        <source>Choose one: hub:%1#CONFIG.</source>
        <extracomment>%1 is repository</extracomment>
        <translation>Eine wählen: hub:%1#CONFIG.</translation>
    </message>
    <message>
        <source>Choose the original model that it was made from.</source>
        <translation>Das ursprüngliche Modell wählen, aus dem es gemacht wurde.</translation>
    </message>
    <message>
        <source>Close other programs, or compare the other variants only.</source>
        <translation>Andere Programme schließen oder nur die anderen Varianten vergleichen.</translation>
    </message>
    <message>
        <source>Close other programs, or take fewer quantize.samples, a smaller data.max_length or a smaller model.</source>
        <translation>Andere Programme schließen oder weniger quantize.samples, ein kleineres data.max_length oder ein kleineres Modell nehmen.</translation>
    </message>
    <message>
        <source>Close other programs; if it fails, it can be resumed.</source>
        <translation>Andere Programme schließen; wenn es fehlschlägt, kann es fortgesetzt werden.</translation>
    </message>
    <message>
        <source>Close the chat first.</source>
        <translation>Zuerst den Chat schließen.</translation>
    </message>
    <message>
        <source>Codes of the %1 codec cannot be trained.</source>
        <extracomment>%1 is codec.kind</extracomment>
        <translation>Codes des Codecs %1 können nicht trainiert werden.</translation>
    </message>
    <message>
        <source>Command %1 is not running.</source>
        <extracomment>%1 is command.target</extracomment>
        <translation>Der Befehl %1 läuft nicht.</translation>
    </message>
    <message>
        <source>Command %1 is still being answered.</source>
        <extracomment>%1 is command.id</extracomment>
        <translation>Der Befehl %1 wird noch beantwortet.</translation>
    </message>
    <message>
        <source>Connect to the internet and try again, or choose a model on this computer. What was fetched is kept.</source>
        <translation>Mit dem Internet verbinden und es noch einmal versuchen, oder ein Modell auf diesem Computer wählen. Geladenes bleibt erhalten.</translation>
    </message>
    <message>
        <source>Connect to the internet once, or choose a model on this computer with path: or gguf:.</source>
        <translation>Einmal mit dem Internet verbinden, oder mit path: oder gguf: ein Modell auf diesem Computer wählen.</translation>
    </message>
    <message>
        <source>Conversations cannot be saved in %1: %2.</source>
        <extracomment>%1 is self.folder; %2 is error.strerror</extracomment>
        <translation>Unterhaltungen können nicht in %1 gespeichert werden: %2.</translation>
    </message>
    <message>
        <source>Copy it whole from %1/settings/tokens; it starts with hf_ and needs the right to read.</source>
        <extracomment>%1 is endpoint()</extracomment>
        <translation>Vollständig von %1/settings/tokens kopieren; es beginnt mit hf_ und braucht das Leserecht.</translation>
    </message>
    <message>
        <source>Copy or download the file again.</source>
        <translation>Die Datei neu kopieren oder herunterladen.</translation>
    </message>
    <message>
        <source>Copy the folder again, or quantize the model again.</source>
        <translation>Den Ordner neu kopieren oder das Modell neu quantisieren.</translation>
    </message>
    <message>
        <source>Did you mean %1?</source>
        <extracomment>%1 is near[0]</extracomment>
        <translation>Gemeint war %1?</translation>
    </message>
    <message>
        <source>Did you mean %1? It can be %2.</source>
        <extracomment>%1 is close; %2 is listed</extracomment>
        <translation>Gemeint war %1? Möglich sind %2.</translation>
    </message>
    <message>
        <source>Did you mean %1? Roles are %2.</source>
        <extracomment>%1 is near[0]; %2 is _listed(ROLES)</extracomment>
        <translation>Gemeint war %1? Rollen sind %2.</translation>
    </message>
    <message>
        <source>Did you mean %1? The columns are %2.</source>
        <extracomment>%1 is nearest; %2 is _listed(names)</extracomment>
        <translation>Gemeint war %1? Die Spalten sind %2.</translation>
    </message>
    <message>
        <source>Did you mean %1? Valid: starter, hub:ORG/NAME, path:DIR, gguf:FILE.</source>
        <extracomment>%1 is _nearest_form(text)</extracomment>
        <translation>Gemeint war %1? Gültig: starter, hub:ORG/NAME, path:DIR, gguf:FILE.</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>Fertig.</translation>
    </message>
    <message>
        <source>Download one and choose it with gguf:FILE, or take the original model.</source>
        <translation>Eine herunterladen und mit gguf:FILE wählen, oder das ursprüngliche Modell nehmen.</translation>
    </message>
    <message>
        <source>Download the model&apos;s weights in safetensors format into this folder.</source>
        <translation>Die Gewichte des Modells im safetensors-Format in diesen Ordner herunterladen.</translation>
    </message>
    <message>
        <source>Each line of a .jsonl text wants {&quot;text&quot;: &quot;...&quot;}.</source>
        <translation>Jede Zeile eines .jsonl-Textes braucht {&quot;text&quot;: &quot;...&quot;}.</translation>
    </message>
    <message>
        <source>Each line wants {&quot;question&quot;: &quot;...&quot;, &quot;answer&quot;: &quot;... #### 42&quot;}.</source>
        <translation>Jede Zeile braucht {&quot;question&quot;: &quot;...&quot;, &quot;answer&quot;: &quot;... #### 42&quot;}.</translation>
    </message>
    <message>
        <source>Embedding and head at 4 bits; a slight loss.</source>
        <translation>Embedding und Ausgabekopf mit 4 Bits; ein leichter Verlust.</translation>
    </message>
    <message>
        <source>Embedding and head at 8 bits; hardly noticeable.</source>
        <translation>Embedding und Ausgabekopf mit 8 Bits; kaum zu merken.</translation>
    </message>
    <message>
        <source>Examples of at most %1 tokens; longer rows are cut or refused.</source>
        <extracomment>%1 is length</extracomment>
        <translation>Beispiele von höchstens %1 Tokens; längere Zeilen werden abgeschnitten oder abgelehnt.</translation>
    </message>
    <message>
        <source>Export the model as merged 16-bit weights, or as a packed base with its adapter beside it.</source>
        <translation>Das Modell mit eingerechneten 16-Bit-Gewichten exportieren oder als gepackte Basis mit dem Adapter daneben.</translation>
    </message>
    <message>
        <source>Fetch it once with: lowbit starter</source>
        <translation>Einmal laden mit: lowbit starter</translation>
    </message>
    <message>
        <source>Fetch the model again, or name the matrix in quantize.skip.</source>
        <translation>Das Modell neu laden oder die Matrix in quantize.skip nennen.</translation>
    </message>
    <message>
        <source>Fetch the model again; if it stays so, its layout (for example separate experts) is not supported.</source>
        <translation>Das Modell neu laden; wenn es so bleibt, wird sein Aufbau (zum Beispiel einzelne Experten) nicht unterstützt.</translation>
    </message>
    <message>
        <source>For a GGUF file write gguf:%1.</source>
        <extracomment>%1 is folder</extracomment>
        <translation>Für eine GGUF-Datei gguf:%1 schreiben.</translation>
    </message>
    <message>
        <source>For example --set quantize.bits=3.</source>
        <translation>Zum Beispiel --set quantize.bits=3.</translation>
    </message>
    <message>
        <source>Free some disk space, or set a lower correct.tokens.</source>
        <translation>Plattenplatz freimachen oder correct.tokens kleiner setzen.</translation>
    </message>
    <message>
        <source>Free some disk space, take fewer calibration samples, or choose another folder for the run.</source>
        <translation>Plattenplatz freimachen, weniger Kalibriersequenzen nehmen oder einen anderen Ordner für den Lauf wählen.</translation>
    </message>
    <message>
        <source>Free some space or choose a folder on another disk, then start again; finished parts are kept.</source>
        <translation>Platz freimachen oder einen Ordner auf einer anderen Platte wählen, dann neu beginnen; fertige Teile bleiben erhalten.</translation>
    </message>
    <message>
        <source>Free some space, or choose a folder on another disk with --out or [output] dir.</source>
        <translation>Platz freimachen oder mit --out oder [output] dir einen Ordner auf einer anderen Platte wählen.</translation>
    </message>
    <message>
        <source>Free some space, or choose another folder, and go on with --resume: what was saved is still good.</source>
        <translation>Platz freimachen oder einen anderen Ordner wählen und mit --resume weitermachen: Gespeichertes ist noch gut.</translation>
    </message>
    <message>
        <source>GGUF version %1 (this program reads 2 and 3, little-endian)</source>
        <extracomment>%1 is version</extracomment>
        <translation>GGUF-Version %1 (dieses Programm liest 2 und 3, little-endian)</translation>
    </message>
    <message>
        <source>Give a recipe to start one.</source>
        <translation>Ein Rezept angeben, um einen zu starten.</translation>
    </message>
    <message>
        <source>Give the settings it was started with, or another folder with --out.</source>
        <translation>Die Einstellungen nehmen, mit denen es begann, oder mit --out einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Go on with it: lowbit run --resume.</source>
        <translation>Weitermachen: lowbit run --resume.</translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set</source>
        <translation>HF_HUB_OFFLINE ist gesetzt</translation>
    </message>
    <message>
        <source>It can be %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(BUILT_METHODS)</extracomment>
        <translation>Möglich sind %1.</translation>
    </message>
    <message>
        <source>It can be resumed.</source>
        <translation>Es kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>It has: %1; or write all.</source>
        <extracomment>%1 is &apos;, &apos;.join(sorted(found))</extracomment>
        <translation>Vorhanden: %1; oder all schreiben.</translation>
    </message>
    <message>
        <source>It is %1.</source>
        <extracomment>%1 is _WORDS[hint]</extracomment>
        <translation>Erwartet wird: %1.</translation>
    </message>
    <message>
        <source>quantize.bits cannot be %1 by first-layers</source>
        <extracomment>%1 is bits</extracomment>
        <translation>quantize.bits kann mit first-layers nicht %1 sein</translation>
    </message>
    <message>
        <source>It is a list, such as [&quot;q_proj&quot;].</source>
        <translation>Erwartet wird eine Liste, etwa [&quot;q_proj&quot;].</translation>
    </message>
    <message>
        <source>It is a table of %1, such as { down_proj = 16 }.</source>
        <extracomment>%1 is &apos;texts&apos; if texts else &apos;numbers&apos;</extracomment>
        <translation>Erwartet wird eine Tabelle von %1, etwa { down_proj = 16 }.</translation>
    </message>
    <message>
        <source>It is a table of %1, such as { prompt = &quot;question&quot; }.</source>
        <extracomment>%1 is &apos;texts&apos; if texts else &apos;numbers&apos;</extracomment>
        <translation>Erwartet wird eine Tabelle von %1, etwa { prompt = &quot;question&quot; }.</translation>
    </message>
    <message>
        <source>It is at least %1 and at most %2.</source>
        <extracomment>%1 is bounds.least; %2 is bounds.greatest</extracomment>
        <translation>Mindestens %1 und höchstens %2.</translation>
    </message>
    <message>
        <source>It is at least %1.</source>
        <extracomment>%1 is bounds.least</extracomment>
        <translation>Mindestens %1.</translation>
    </message>
    <message>
        <source>It is at most %1.</source>
        <extracomment>%1 is bounds.greatest</extracomment>
        <translation>Höchstens %1.</translation>
    </message>
    <message>
        <source>It is left as it is; delete it if you do not need it.</source>
        <translation>Sie bleibt, wie sie ist; wenn sie nicht gebraucht wird, löschen.</translation>
    </message>
    <message>
        <source>It is starter, hub:ORG/NAME, path:DIR or gguf:FILE.</source>
        <translation>Möglich sind starter, hub:ORG/NAME, path:DIR oder gguf:FILE.</translation>
    </message>
    <message>
        <source>It was made by another version or edited; choose another folder.</source>
        <translation>Eine andere Version hat es gemacht, oder es wurde bearbeitet; einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Its adapter_config.json and adapter_model.safetensors do not belong together; copy the folder again.</source>
        <translation>adapter_config.json und adapter_model.safetensors gehören nicht zusammen; den Ordner neu kopieren.</translation>
    </message>
    <message>
        <source>Its blocks hold neither Linear nor Conv1D modules.</source>
        <translation>Seine Blöcke enthalten weder Linear noch Conv1D.</translation>
    </message>
    <message>
        <source>Its score is left out of the report.</source>
        <translation>Ihr Ergebnis fehlt im Bericht.</translation>
    </message>
    <message>
        <source>Known here: %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(names)</extracomment>
        <translation>Hier bekannt: %1.</translation>
    </message>
    <message>
        <source>Known kinds: %1.</source>
        <extracomment>%1 is known</extracomment>
        <translation>Bekannte Arten: %1.</translation>
    </message>
    <message>
        <source>Known kinds: jsonl, json, csv, tsv, parquet, arrow, txt.</source>
        <translation>Bekannte Arten: jsonl, json, csv, tsv, parquet, arrow, txt.</translation>
    </message>
    <message>
        <source>Leave it in 16 bits: add its name to quantize.skip.</source>
        <translation>Mit 16 Bits lassen: den Namen zu quantize.skip hinzufügen.</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>Weglassen.</translation>
    </message>
    <message>
        <source>Line %1 of %2 has no text.</source>
        <extracomment>%1 is number; %2 is path.name</extracomment>
        <translation>Zeile %1 von %2 hat keinen Text.</translation>
    </message>
    <message>
        <source>Line %1 of %2 is no question: %3.</source>
        <extracomment>%1 is number; %2 is path.name; %3 is error</extracomment>
        <translation>Zeile %1 von %2 ist keine Frage: %3.</translation>
    </message>
    <message>
        <source>Load it with lowbit_core.packed.load_model, or quantize it first.</source>
        <translation>Mit lowbit_core.packed.load_model laden oder erst quantisieren.</translation>
    </message>
    <message>
        <source>Load the model it was trained on; an adapter repairs the errors of exactly one quantization.</source>
        <translation>Das Modell laden, für das er trainiert wurde; ein Adapter repariert die Fehler genau einer Quantisierung.</translation>
    </message>
    <message>
        <source>LoftQ&apos;s initial adapters are LoRA; a tuned adapter of another kind cannot be taken as the repair.</source>
        <translation>LoftQs Startadapter sind LoRA; ein feinabgestimmter Adapter anderer Art kann nicht als Reparatur dienen.</translation>
    </message>
    <message>
        <source>LoftQ&apos;s initial adapters hold nothing else.</source>
        <translation>LoftQs Startadapter enthalten nichts anderes.</translation>
    </message>
    <message>
        <source>Look at the rows in the preview, and check format and columns.</source>
        <translation>Die Zeilen in der Vorschau ansehen und Format und Spalten prüfen.</translation>
    </message>
    <message>
        <source>Look at them in the preview, or with `lowbit inspect` of the data.</source>
        <translation>In der Vorschau ansehen, oder mit `lowbit inspect` der Daten.</translation>
    </message>
    <message>
        <source>Look for a version of it with parquet or jsonl files.</source>
        <translation>Nach einer Ausgabe mit parquet- oder jsonl-Dateien suchen.</translation>
    </message>
    <message>
        <source>Make a new one at %1/settings/tokens and enter it, or forget the old one.</source>
        <extracomment>%1 is endpoint()</extracomment>
        <translation>Unter %1/settings/tokens ein neues anlegen und eingeben, oder das alte vergessen.</translation>
    </message>
    <message>
        <source>Make that folder writable.</source>
        <translation>Diesen Ordner beschreibbar machen.</translation>
    </message>
    <message>
        <source>Measured on %1, which came with the data, instead of a share of the rows.</source>
        <extracomment>%1 is names</extracomment>
        <translation>Gemessen an %1, das mit den Daten kam, statt an einem Anteil der Zeilen.</translation>
    </message>
    <message>
        <source>Mend or delete the line; the file may have been cut off while it was copied.</source>
        <translation>Die Zeile verbessern oder löschen; vielleicht wurde die Datei beim Kopieren abgeschnitten.</translation>
    </message>
    <message>
        <source>Mend the line, or write one object a line (jsonl).</source>
        <translation>Die Zeile verbessern, oder ein Objekt je Zeile schreiben (jsonl).</translation>
    </message>
    <message>
        <source>Mend the line, or write one object a line (jsonl): then a bad row is left out instead.</source>
        <translation>Die Zeile verbessern, oder ein Objekt je Zeile schreiben (jsonl): Dann wird eine schlechte Zeile nur weggelassen.</translation>
    </message>
    <message>
        <source>Models that bring their own code cannot be opened; take one with a class in transformers.</source>
        <translation>Modelle mit eigenem Code können nicht geöffnet werden; eines nehmen, dessen Klasse in transformers ist.</translation>
    </message>
    <message>
        <source>Name a text file in %1, or set data.source and %2 = &quot;data&quot;.</source>
        <extracomment>%1 is key; %2 is key</extracomment>
        <translation>In %1 eine Textdatei nennen, oder data.source und %2 = &quot;data&quot; setzen.</translation>
    </message>
    <message>
        <source>Name it in the recipe, e.g. columns = { %1 = &quot;%2&quot; }.</source>
        <extracomment>%1 is absent[0]; %2 is names[0] if names else &apos;...&apos;</extracomment>
        <translation>Im Rezept nennen, z. B. columns = { %1 = &quot;%2&quot; }.</translation>
    </message>
    <message>
        <source>Names look like ORG/NAME.</source>
        <translation>Namen sehen aus wie ORG/NAME.</translation>
    </message>
    <message>
        <source>No adapter called %1 is loaded; loaded: %2.</source>
        <extracomment>%1 is name; %2 is loaded</extracomment>
        <translation>Kein Adapter namens %1 ist geladen; geladen: %2.</translation>
    </message>
    <message>
        <source>No better validation loss in %1 measurements; the state of step %2 is kept.</source>
        <extracomment>%1 is best.waited; %2 is best.best_step</extracomment>
        <translation>Kein besserer Validierungsverlust in %1 Messungen; der Zustand von Schritt %2 wird behalten.</translation>
    </message>
    <message>
        <source>No list of %1 decoder layers was found in %2.</source>
        <extracomment>%1 is layers; %2 is type(model).__name__</extracomment>
        <translation>In %2 wurde keine Liste von %1 Decoder-Schichten gefunden.</translation>
    </message>
    <message>
        <source>No matrix of %1 can be quantized.</source>
        <extracomment>%1 is type(stream.model).__name__</extracomment>
        <translation>Keine Matrix von %1 kann quantisiert werden.</translation>
    </message>
    <message>
        <source>No matrix of this model is called %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(unknown)</extracomment>
        <translation>Keine Matrix dieses Modells heißt %1.</translation>
    </message>
    <message>
        <source>No model is open for chatting.</source>
        <translation>Kein Modell ist zum Chatten geöffnet.</translation>
    </message>
    <message>
        <source>No point could be measured. %1</source>
        <extracomment>%1 is &apos; &apos;.join(reasons)</extracomment>
        <translation>Kein Punkt konnte gemessen werden. %1</translation>
    </message>
    <message>
        <source>No row has a token to learn from: %1 (%2).</source>
        <extracomment>%1 is first.reason; %2 is first.where</extracomment>
        <translation>Keine Zeile hat ein zu lernendes Token: %1 (%2).</translation>
    </message>
    <message>
        <source>No tokenizer could be read from %1: %2</source>
        <extracomment>%1 is spec.folder; %2 is error</extracomment>
        <translation>Aus %1 konnte kein Tokenizer gelesen werden: %2</translation>
    </message>
    <message>
        <source>None of the %1 rows has a token to learn: every label is masked.</source>
        <extracomment>%1 is len(rows)</extracomment>
        <translation>Keine der %1 Zeilen hat ein zu lernendes Token: Alles ist maskiert.</translation>
    </message>
    <message>
        <source>Often their answers lie beyond data.max_length.</source>
        <translation>Oft liegen die Antworten hinter data.max_length.</translation>
    </message>
    <message>
        <source>One hidden state a block is kept instead of everything; a third slower.</source>
        <translation>Statt allem wird ein verborgener Zustand je Block behalten; ein Drittel langsamer.</translation>
    </message>
    <message>
        <source>One sequence on the device at a time; the steps stay the same.</source>
        <translation>Eine Sequenz auf einmal auf dem Gerät; die Schritte bleiben gleich.</translation>
    </message>
    <message>
        <source>Only a solver that needs no calibration text (nearest, search) can quantize it.</source>
        <translation>Nur ein Verfahren ohne Kalibriertext (nearest, search) kann es quantisieren.</translation>
    </message>
    <message>
        <source>Open one first.</source>
        <translation>Zuerst eines öffnen.</translation>
    </message>
    <message>
        <source>Paused; everything is saved.</source>
        <translation>Pausiert; alles ist gespeichert.</translation>
    </message>
    <message>
        <source>Point to the folder that holds config.json and the .safetensors files.</source>
        <translation>Auf den Ordner mit config.json und den .safetensors-Dateien zeigen.</translation>
    </message>
    <message>
        <source>Quantize the model again, or use the version of the program that wrote the folder.</source>
        <translation>Das Modell neu quantisieren, oder die Programmversion nehmen, die den Ordner schrieb.</translation>
    </message>
    <message>
        <source>Raise data.max_length, or learn from more with data.loss_on.</source>
        <translation>data.max_length erhöhen, oder mit data.loss_on aus mehr lernen.</translation>
    </message>
    <message>
        <source>Resume with the recipe the run was started with, or start a new run.</source>
        <translation>Mit dem Rezept fortsetzen, mit dem der Lauf begann, oder einen neuen Lauf beginnen.</translation>
    </message>
    <message>
        <source>Resume with the recipe, data and number of processes the run was started with.</source>
        <translation>Mit Rezept, Daten und Prozesszahl fortsetzen, mit denen der Lauf begann.</translation>
    </message>
    <message>
        <source>Resume without changes, or start a new run.</source>
        <translation>Ohne Änderungen fortsetzen oder einen neuen Lauf beginnen.</translation>
    </message>
    <message>
        <source>Roles are %1.</source>
        <extracomment>%1 is _listed(ROLES)</extracomment>
        <translation>Rollen sind %1.</translation>
    </message>
    <message>
        <source>Run it in another precision (bf16 or fp32).</source>
        <translation>Mit anderer Genauigkeit (bf16 oder fp32) laufen lassen.</translation>
    </message>
    <message>
        <source>Run it in another precision (fp32), or quantize it with more bits.</source>
        <translation>Mit anderer Genauigkeit (fp32) laufen lassen oder mit mehr Bits quantisieren.</translation>
    </message>
    <message>
        <source>Samples that come with the program: %1.</source>
        <extracomment>%1 is known</extracomment>
        <translation>Beispiele, die das Programm mitbringt: %1.</translation>
    </message>
    <message>
        <source>Save it as UTF-8 and try again.</source>
        <translation>Als UTF-8 speichern und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Say which column is which: columns = { prompt = &quot;...&quot;, completion = &quot;...&quot; } or { text = &quot;...&quot; }.</source>
        <translation>Sagen, welche Spalte was ist: columns = { prompt = &quot;...&quot;, completion = &quot;...&quot; } oder { text = &quot;...&quot; }.</translation>
    </message>
    <message>
        <source>See %1.</source>
        <extracomment>%1 is page</extracomment>
        <translation>Siehe %1.</translation>
    </message>
    <message>
        <source>Set a longer max_length.</source>
        <translation>Ein größeres max_length setzen.</translation>
    </message>
    <message>
        <source>Set adapter = &quot;stack&quot; or &quot;fresh&quot;.</source>
        <translation>adapter = &quot;stack&quot; oder &quot;fresh&quot; setzen.</translation>
    </message>
    <message>
        <source>Set correct.method = &quot;activation&quot; to begin from a repaired model.</source>
        <translation>correct.method = &quot;activation&quot; setzen, um mit einem reparierten Modell zu beginnen.</translation>
    </message>
    <message>
        <source>Take 2, 3, 4 or 8; a mixture of them has any number between.</source>
        <translation>2, 3, 4 oder 8 nehmen; eine Mischung daraus hat jede Zahl dazwischen.</translation>
    </message>
    <message>
        <source>Take a model with a longer window.</source>
        <translation>Ein Modell mit längerem Fenster nehmen.</translation>
    </message>
    <message>
        <source>The conversation cannot be read: %1.</source>
        <extracomment>%1 is error</extracomment>
        <translation>Die Unterhaltung kann nicht gelesen werden: %1.</translation>
    </message>
    <message>
        <source>The engine&apos;s process ended before it answered.</source>
        <translation>Der Prozess der Engine endete, bevor er antwortete.</translation>
    </message>
    <message>
        <source>The file is no saved conversation: %1.</source>
        <extracomment>%1 is error</extracomment>
        <translation>Die Datei ist keine gespeicherte Unterhaltung: %1.</translation>
    </message>
    <message>
        <source>The float model is not asked: %1</source>
        <extracomment>%1 is error.message</extracomment>
        <translation>Das Float-Modell wird nicht gefragt: %1</translation>
    </message>
    <message>
        <source>The run needs about %1 GB of disk space, but %2 GB are free.</source>
        <extracomment>%1 is need / 1000000000.0; %2 is free / 1000000000.0</extracomment>
        <translation>Der Lauf braucht etwa %1 GB Plattenplatz, aber %2 GB sind frei.</translation>
    </message>
    <message>
        <source>The run needs about %1 GB of graphics memory, but %2 GB are free.</source>
        <extracomment>%1 is need / 1000000000.0; %2 is free / 1000000000.0</extracomment>
        <translation>Der Lauf braucht etwa %1 GB Grafikspeicher, aber %2 GB sind frei.</translation>
    </message>
    <message>
        <source>The run needs about %1 GB of main memory, but %2 GB are free.</source>
        <extracomment>%1 is need / 1000000000.0; %2 is free / 1000000000.0</extracomment>
        <translation>Der Lauf braucht etwa %1 GB Arbeitsspeicher, aber %2 GB sind frei.</translation>
    </message>
    <message>
        <source>Training the whole model takes %1 GB; its blocks are trained one by one.</source>
        <extracomment>%1 is needed / 1000000000.0</extracomment>
        <translation>Das ganze Modell zu trainieren braucht %1 GB; seine Blöcke werden einzeln trainiert.</translation>
    </message>
    <message>
        <source>Set data.loss_on = &quot;all&quot;, or give the tokenizer another chat template.</source>
        <translation>data.loss_on = &quot;all&quot; setzen, oder dem Tokenizer eine andere Chatvorlage geben.</translation>
    </message>
    <message>
        <source>%1 The run needs about %2 GB of it, %3 GB are there for it.</source>
        <extracomment>%1 is error.message; %2 is need / 1000000000.0; %3 is free / 1000000000.0</extracomment>
        <translation>%1 Der Lauf braucht davon etwa %2 GB, %3 GB sind dafür da.</translation>
    </message>
    <message>
        <source>%1 cannot be packed as LoftQ left it: it is stored as %2.</source>
        <extracomment>%1 is name; %2 is str(values.dtype).removeprefix(&apos;torch.&apos;)</extracomment>
        <translation>%1 kann nicht gepackt werden, wie LoftQ es ließ: Es ist als %2 gespeichert.</translation>
    </message>
    <message>
        <source>%1 cannot be packed as LoftQ left it: its rows of %2 do not divide into blocks of %3.</source>
        <extracomment>%1 is name; %2 is columns; %3 is LOFTQ_BLOCK</extracomment>
        <translation>%1 kann nicht gepackt werden, wie LoftQ es ließ: Seine Zeilen von %2 gehen nicht in Blöcken von %3 auf.</translation>
    </message>
    <message>
        <source>%1 cannot be packed as LoftQ left it: its values are on neither the 2-bit nor the 4-bit NormalFloat grid.</source>
        <extracomment>%1 is name</extracomment>
        <translation>%1 kann nicht gepackt werden, wie LoftQ es ließ: Seine Werte liegen weder auf dem 2-Bit- noch auf dem 4-Bit-Raster von NormalFloat.</translation>
    </message>
    <message>
        <source>%1 holds no codes: it is neither a GPTQ checkpoint nor a LoftQ folder.</source>
        <extracomment>%1 is folder</extracomment>
        <translation>%1 enthält keine Codes: Es ist weder ein GPTQ-Checkpoint noch ein LoftQ-Ordner.</translation>
    </message>
    <message>
        <source>%1 holds no float weights that %2 could learn from.</source>
        <extracomment>%1 is spec.source; %2 is correct.method</extracomment>
        <translation>%1 enthält keine Float-Gewichte, von denen %2 lernen könnte.</translation>
    </message>
    <message>
        <source>%1 is the only column and holds text</source>
        <extracomment>%1 is names[0]</extracomment>
        <translation>%1 ist die einzige Spalte und enthält Text</translation>
    </message>
    <message>
        <source>Another process of this run ended without a word.</source>
        <translation>Ein anderer Prozess dieses Laufs endete wortlos.</translation>
    </message>
    <message>
        <source>Go on with --resume %1; what was done so far is kept.</source>
        <extracomment>%1 is words</extracomment>
        <translation>Mit --resume %1 weitermachen; was bisher geschah, ist erhalten.</translation>
    </message>
    <message>
        <source>Go on with --resume %1; what was done so far is kept. It saves the most.</source>
        <extracomment>%1 is words</extracomment>
        <translation>Mit --resume %1 weitermachen; was bisher geschah, ist erhalten. Das spart am meisten.</translation>
    </message>
    <message>
        <source>Go on with --resume and the same number of processes.</source>
        <translation>Mit --resume und derselben Zahl von Prozessen weitermachen.</translation>
    </message>
    <message>
        <source>It may have run out of memory. Go on with --resume and the same number of processes.</source>
        <translation>Vielleicht war der Speicher voll. Mit --resume und derselben Zahl von Prozessen weitermachen.</translation>
    </message>
    <message>
        <source>One step of 16-bit LoRA is taken on random weights, so that the report can say what it needs.</source>
        <translation>Ein Schritt von LoRA in 16 Bit läuft auf zufälligen Gewichten, damit der Bericht seinen Bedarf nennen kann.</translation>
    </message>
    <message>
        <source>One step of full tuning is taken on random weights, so that the report can say what it needs.</source>
        <translation>Ein Schritt vollen Trainings läuft auf zufälligen Gewichten, damit der Bericht seinen Bedarf nennen kann.</translation>
    </message>
    <message>
        <source>Process %1 of %2 failed: %3</source>
        <extracomment>%1 is told[&apos;rank&apos;] + 1; %2 is self.world; %3 is told[&apos;message&apos;]</extracomment>
        <translation>Prozess %1 von %2 ist fehlgeschlagen: %3</translation>
    </message>
    <message>
        <source>Set data.loss_on = &quot;all&quot;, raise data.max_length, or check that the rows have answers.</source>
        <translation>data.loss_on = &quot;all&quot; setzen, data.max_length erhöhen, oder prüfen, ob die Zeilen Antworten haben.</translation>
    </message>
    <message>
        <source>Set data.source to a file or folder.</source>
        <translation>data.source auf eine Datei oder einen Ordner setzen.</translation>
    </message>
    <message>
        <source>Set data.source, or %1 = &quot;self&quot;.</source>
        <extracomment>%1 is key</extracomment>
        <translation>data.source setzen, oder %1 = &quot;self&quot;.</translation>
    </message>
    <message>
        <source>Set device = &quot;auto&quot; or &quot;cpu&quot;, or install torch&apos;s CUDA build and NVIDIA&apos;s driver.</source>
        <translation>device = &quot;auto&quot; oder &quot;cpu&quot; setzen, oder torchs CUDA-Ausgabe und NVIDIAs Treiber installieren.</translation>
    </message>
    <message>
        <source>Set eos_token in tokenizer_config.json; without one a tuned model never stops.</source>
        <translation>eos_token in tokenizer_config.json setzen; ohne es hört ein feinabgestimmtes Modell nie auf.</translation>
    </message>
    <message>
        <source>Set model.source to the original model and quantize.codes to this folder.</source>
        <translation>model.source auf das ursprüngliche Modell und quantize.codes auf diesen Ordner setzen.</translation>
    </message>
    <message>
        <source>Set optimizer = &quot;auto&quot;.</source>
        <translation>optimizer = &quot;auto&quot; setzen.</translation>
    </message>
    <message>
        <source>Set quantize.codec = &quot;integer&quot;, or take correct.method = &quot;lrec&quot;.</source>
        <translation>quantize.codec = &quot;integer&quot; setzen oder correct.method = &quot;lrec&quot; nehmen.</translation>
    </message>
    <message>
        <source>Set quantize.codes = &quot;new&quot; to quantize its values again, or choose the original model.</source>
        <translation>quantize.codes = &quot;new&quot; setzen, um die Werte neu zu quantisieren, oder das ursprüngliche Modell wählen.</translation>
    </message>
    <message>
        <source>Set quantize.codes = &quot;new&quot; to quantize the model again.</source>
        <translation>quantize.codes = &quot;new&quot; setzen, um das Modell neu zu quantisieren.</translation>
    </message>
    <message>
        <source>Set tune.adapter = &quot;stack&quot; or &quot;fresh&quot;, or tune.dora = false.</source>
        <translation>tune.adapter = &quot;stack&quot; oder &quot;fresh&quot; setzen, oder tune.dora = false.</translation>
    </message>
    <message>
        <source>Shorten the last message or the system prompt.</source>
        <translation>Die letzte Nachricht oder den Systemprompt kürzen.</translation>
    </message>
    <message>
        <source>Start a new conversation to begin afresh.</source>
        <translation>Für einen frischen Anfang eine neue Unterhaltung beginnen.</translation>
    </message>
    <message>
        <source>Start as many processes as there are GPUs (torchrun --nproc-per-node).</source>
        <translation>So viele Prozesse starten, wie es GPUs gibt (torchrun --nproc-per-node).</translation>
    </message>
    <message>
        <source>Start the run without torchrun and let it finish this stage; then stop it and go on with torchrun and --resume.</source>
        <translation>Den Lauf ohne torchrun starten und diese Stufe beenden lassen; dann anhalten und mit torchrun und --resume weitermachen.</translation>
    </message>
    <message>
        <source>Stopped; what was made so far can be used.</source>
        <translation>Angehalten; was bisher entstand, ist brauchbar.</translation>
    </message>
    <message>
        <source>Take %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(BUILT_METHODS)</extracomment>
        <translation>%1 nehmen.</translation>
    </message>
    <message>
        <source>Take a causal language model (decoder only).</source>
        <translation>Ein kausales Sprachmodell nehmen (nur Decoder).</translation>
    </message>
    <message>
        <source>Take a causal language model such as Llama, Qwen, Gemma, Mistral or Phi.</source>
        <translation>Ein kausales Sprachmodell wie Llama, Qwen, Gemma, Mistral oder Phi nehmen.</translation>
    </message>
    <message>
        <source>Take a longer text, or shorter blocks (quantize.length).</source>
        <translation>Einen längeren Text oder kürzere Blöcke (quantize.length) nehmen.</translation>
    </message>
    <message>
        <source>Take a smaller data.max_length or tune.batch, turn tune.checkpointing on, or set device = &quot;cpu&quot;.</source>
        <translation>data.max_length oder tune.batch kleiner nehmen, tune.checkpointing einschalten oder device = &quot;cpu&quot; setzen.</translation>
    </message>
    <message>
        <source>Take a smaller data.max_length, tune.batch, quantize.samples or model, or close other programs.</source>
        <translation>data.max_length, tune.batch, quantize.samples oder das Modell kleiner nehmen, oder andere Programme schließen.</translation>
    </message>
    <message>
        <source>Take a smaller data.max_length, turn tune.checkpointing and tune.offload on, or use fewer bits; close other programs that use the card.</source>
        <translation>data.max_length kleiner nehmen, tune.checkpointing und tune.offload einschalten oder weniger Bits nehmen; andere Programme schließen, die die Karte benutzen.</translation>
    </message>
    <message>
        <source>Take a stride of at most the context, or 0 for windows that do not overlap.</source>
        <translation>Eine Schrittweite von höchstens dem Kontext nehmen, oder 0 für Fenster, die sich nicht überlappen.</translation>
    </message>
    <message>
        <source>Take a version with .safetensors files; many authors keep one on another branch or convert on request.</source>
        <translation>Eine Ausgabe mit .safetensors-Dateien nehmen; oft liegt eine auf einem anderen Zweig, oder sie wird auf Anfrage umgewandelt.</translation>
    </message>
    <message>
        <source>Take another conversion of the model, e.g. Q8_0, or its safetensors version.</source>
        <translation>Eine andere Umwandlung des Modells nehmen, z. B. Q8_0, oder seine safetensors-Ausgabe.</translation>
    </message>
    <message>
        <source>Take another conversion of the model, or its safetensors version from the hub.</source>
        <translation>Eine andere Umwandlung des Modells nehmen, oder seine safetensors-Ausgabe vom Hub.</translation>
    </message>
    <message>
        <source>Take at most %1.</source>
        <extracomment>%1 is longest</extracomment>
        <translation>Höchstens %1 nehmen.</translation>
    </message>
    <message>
        <source>Take at most 4, or quantize.mixed = &quot;sensitivity&quot;.</source>
        <translation>Höchstens 4 nehmen oder quantize.mixed = &quot;sensitivity&quot;.</translation>
    </message>
    <message>
        <source>Take correct.method = &quot;lrec&quot;, which trains adapters, or quantize.codes = &quot;new&quot;.</source>
        <translation>correct.method = &quot;lrec&quot; nehmen, was Adapter trainiert, oder quantize.codes = &quot;new&quot;.</translation>
    </message>
    <message>
        <source>Take fewer bits, another method or a smaller model.</source>
        <translation>Weniger Bits, eine andere Reparatur oder ein kleineres Modell nehmen.</translation>
    </message>
    <message>
        <source>Take integer or normal-float.</source>
        <translation>integer oder normal-float nehmen.</translation>
    </message>
    <message>
        <source>Texts want quotes, sections [brackets].</source>
        <translation>Texte brauchen Anführungszeichen, Abschnitte [Klammern].</translation>
    </message>
    <message>
        <source>The %1 became %2 at step %3 (learning rate %4).</source>
        <extracomment>%1 is what; %2 is value; %3 is step; %4 is rate</extracomment>
        <translation>%1 wurde bei Schritt %3 %2 (Lernrate %4).</translation>
    </message>
    <message>
        <source>The GPTQ matrix %1 cannot be taken over: %2.</source>
        <extracomment>%1 is module; %2 is why</extracomment>
        <translation>Die GPTQ-Matrix %1 kann nicht übernommen werden: %2.</translation>
    </message>
    <message>
        <source>The adapter %1 does not fit the model: %2 tensors are missing, unknown or of another shape (%3).</source>
        <extracomment>%1 is folder; %2 is len(wrong); %3 is shown</extracomment>
        <translation>Der Adapter %1 passt nicht zum Modell: %2 Tensoren fehlen, sind unbekannt oder haben eine andere Form (%3).</translation>
    </message>
    <message>
        <source>The adapter %1 does not say which packed model it belongs to.</source>
        <extracomment>%1 is folder</extracomment>
        <translation>Der Adapter %1 sagt nicht, zu welchem gepackten Modell er gehört.</translation>
    </message>
    <message>
        <source>The adapter %1 has a term for %2, which the base has no weight for.</source>
        <extracomment>%1 is self.adapter.path; %2 is lost[0]</extracomment>
        <translation>Der Adapter %1 hat einen Term für %2, wofür die Basis kein Gewicht hat.</translation>
    </message>
    <message>
        <source>The adapter %1 was made for another packed model: it names base %2, this one is %3.</source>
        <extracomment>%1 is folder; %2 is adapter_base[:12]; %3 is manifest.base_sha256[:12]</extracomment>
        <translation>Der Adapter %1 wurde für ein anderes gepacktes Modell gemacht: Er nennt Basis %2, diese ist %3.</translation>
    </message>
    <message>
        <source>The adapter and the base do not belong together; fetch the folder again.</source>
        <translation>Adapter und Basis gehören nicht zusammen; den Ordner neu laden.</translation>
    </message>
    <message>
        <source>The adapter&apos;s configuration scales its term by %1; LoftQ solved it for 1, so it is taken at 1.</source>
        <extracomment>%1 is scale</extracomment>
        <translation>Die Konfiguration des Adapters skaliert seinen Term mit %1; LoftQ hat ihn für 1 gelöst, also gilt 1.</translation>
    </message>
    <message>
        <source>The calibration statistics of this matrix are not those of any text (not positive definite).</source>
        <translation>Die Kalibrierstatistik dieser Matrix stammt von keinem Text (nicht positiv definit).</translation>
    </message>
    <message>
        <source>The calibration text drives this matrix&apos;s inputs to infinity or NaN.</source>
        <translation>Der Kalibriertext treibt die Eingaben dieser Matrix ins Unendliche oder zu NaN.</translation>
    </message>
    <message>
        <source>The codec %1 is not built yet.</source>
        <extracomment>%1 is settings.codec</extracomment>
        <translation>Den Codec %1 gibt es noch nicht.</translation>
    </message>
    <message>
        <source>The codes are of another model: no name of a matrix fits.</source>
        <translation>Die Codes sind von einem anderen Modell: Kein Name einer Matrix passt.</translation>
    </message>
    <message>
        <source>The codes of %1 are %2, the model&apos;s matrix is %3.</source>
        <extracomment>%1 is linear.name; %2 is list(found.codes.shape); %3 is [linear.out_features, linear.in_features]</extracomment>
        <translation>Die Codes von %1 sind %2, die Matrix des Modells ist %3.</translation>
    </message>
    <message>
        <source>The columns are %1.</source>
        <extracomment>%1 is _listed(names)</extracomment>
        <translation>Die Spalten sind %1.</translation>
    </message>
    <message>
        <source>The computer&apos;s memory is full.</source>
        <translation>Der Arbeitsspeicher des Computers ist voll.</translation>
    </message>
    <message>
        <source>The conversation no longer fits the model&apos;s %1 tokens; it does not see the first %2 messages.</source>
        <extracomment>%1 is self._window; %2 is dropped</extracomment>
        <translation>Die Unterhaltung passt nicht mehr in die %1 Tokens des Modells; es sieht die ersten %2 Nachrichten nicht.</translation>
    </message>
    <message>
        <source>The correction %1 is not built yet.</source>
        <extracomment>%1 is settings.method</extracomment>
        <translation>Die Reparatur %1 gibt es noch nicht.</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>Die Platte ist voll.</translation>
    </message>
    <message>
        <source>The disk of %1 is full: %2 GB are free, %3 GB are needed.</source>
        <extracomment>%1 is path; %2 is free / 1000000000.0; %3 is needed_bytes / 1000000000.0</extracomment>
        <translation>Die Platte von %1 ist voll: %2 GB sind frei, %3 GB werden gebraucht.</translation>
    </message>
    <message>
        <source>The disk of %1 is full: %2 GB are free.</source>
        <extracomment>%1 is path; %2 is free / 1000000000.0</extracomment>
        <translation>Die Platte von %1 ist voll: %2 GB sind frei.</translation>
    </message>
    <message>
        <source>The downloaded package %1 does not hold the starter model as it should.</source>
        <extracomment>%1 is PACKAGE</extracomment>
        <translation>Das heruntergeladene Paket %1 enthält das Startmodell nicht, wie es sollte.</translation>
    </message>
    <message>
        <source>The file and config.json do not belong together; fetch the model again.</source>
        <translation>Die Datei und config.json gehören nicht zusammen; das Modell neu laden.</translation>
    </message>
    <message>
        <source>The file is damaged or not complete; download or write it again.</source>
        <translation>Die Datei ist beschädigt oder unvollständig; neu herunterladen oder schreiben.</translation>
    </message>
    <message>
        <source>The first-layers mixture has no %1 bits.</source>
        <extracomment>%1 is bits</extracomment>
        <translation>Die Mischung first-layers hat keine %1 Bits.</translation>
    </message>
    <message>
        <source>The float model does not fit the free memory; the text is sampled from a %1-bit copy.</source>
        <extracomment>%1 is bits</extracomment>
        <translation>Das Float-Modell passt nicht in den freien Speicher; der Text wird von einer %1-Bit-Kopie erzeugt.</translation>
    </message>
    <message>
        <source>The float model does not fit; text is sampled from a %1-bit copy, or your data is used.</source>
        <extracomment>%1 is bits</extracomment>
        <translation>Das Float-Modell passt nicht; der Text wird von einer %1-Bit-Kopie erzeugt, oder die eigenen Daten werden benutzt.</translation>
    </message>
    <message>
        <source>The float model is streamed once; its hidden states take %1 MB on disk.</source>
        <extracomment>%1 is size / 1000000.0</extracomment>
        <translation>Das Float-Modell wird einmal durchgereicht; seine verborgenen Zustände brauchen %1 MB auf der Platte.</translation>
    </message>
    <message>
        <source>The float model needs %1 GB of memory at least, and %2 GB are free.</source>
        <extracomment>%1 is need / 1000000000.0; %2 is have / 1000000000.0</extracomment>
        <translation>Das Float-Modell braucht mindestens %1 GB Speicher, und %2 GB sind frei.</translation>
    </message>
    <message>
        <source>The folder %1 has no data files.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation>Der Ordner %1 hat keine Datendateien.</translation>
    </message>
    <message>
        <source>The folder&apos;s weights are laid out as version %1; this program reads version %2.</source>
        <extracomment>%1 is version; %2 is LAYOUT_VERSION</extracomment>
        <translation>Die Gewichte des Ordners sind nach Version %1 angelegt; dieses Programm liest Version %2.</translation>
    </message>
    <message>
        <source>The format %1 needs %2, but no column for %3 was found among %4.</source>
        <extracomment>%1 is chosen; %2 is _listed(needed); %3 is _listed(absent); %4 is _listed(names)</extracomment>
        <translation>Das Format %1 braucht %2, aber für %3 wurde unter %4 keine Spalte gefunden.</translation>
    </message>
    <message>
        <source>The frontier cannot be read: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation>Der Vergleich von Qualität und Größe kann nicht gelesen werden: %1</translation>
    </message>
    <message>
        <source>The graphics card&apos;s memory is full.</source>
        <translation>Der Speicher der Grafikkarte ist voll.</translation>
    </message>
    <message>
        <source>The hidden states behind %1 finished blocks are gone; they are worked out again.</source>
        <extracomment>%1 is begin</extracomment>
        <translation>Die verborgenen Zustände hinter %1 fertigen Blöcken sind weg; sie werden neu berechnet.</translation>
    </message>
    <message>
        <source>The hidden states between blocks wait in RAM; a little slower.</source>
        <translation>Die verborgenen Zustände zwischen den Blöcken warten im Arbeitsspeicher; etwas langsamer.</translation>
    </message>
    <message>
        <source>The hidden states of the calibration text (%1 MB) could not be kept on disk: %2.</source>
        <extracomment>%1 is size / 1000000.0; %2 is error</extracomment>
        <translation>Die verborgenen Zustände des Kalibriertexts (%1 MB) konnten nicht auf der Platte behalten werden: %2.</translation>
    </message>
    <message>
        <source>The hub at %1 cannot be reached: %2.</source>
        <extracomment>%1 is endpoint(); %2 is why</extracomment>
        <translation>Der Hub unter %1 ist nicht erreichbar: %2.</translation>
    </message>
    <message>
        <source>The hub cannot be reached; the copy of %1 on this computer is used.</source>
        <extracomment>%1 is repo</extracomment>
        <translation>Der Hub ist nicht erreichbar; die Kopie von %1 auf diesem Computer wird benutzt.</translation>
    </message>
    <message>
        <source>The hub does not accept the saved access token; it is expired, revoked or mistyped.</source>
        <translation>Der Hub nimmt das gespeicherte Zugriffstoken nicht an; es ist abgelaufen, widerrufen oder falsch geschrieben.</translation>
    </message>
    <message>
        <source>The hub does not accept this access token.</source>
        <translation>Der Hub nimmt dieses Zugriffstoken nicht an.</translation>
    </message>
    <message>
        <source>The hub refused to give %1 (status %2).</source>
        <extracomment>%1 is repo; %2 is status</extracomment>
        <translation>Der Hub gab %1 nicht heraus (Status %2).</translation>
    </message>
    <message>
        <source>The last checkpoint is kept. Start again with a lower learning rate, or with precision bf16 or fp32.</source>
        <translation>Die letzte Sicherung ist erhalten. Mit kleinerer Lernrate oder mit Genauigkeit bf16 oder fp32 neu beginnen.</translation>
    </message>
    <message>
        <source>The layout of the rows is not known: the columns are %1.</source>
        <extracomment>%1 is _listed(names)</extracomment>
        <translation>Der Aufbau der Zeilen ist nicht bekannt: Die Spalten sind %1.</translation>
    </message>
    <message>
        <source>The line is no command: %1.</source>
        <extracomment>%1 is error</extracomment>
        <translation>Die Zeile ist kein Befehl: %1.</translation>
    </message>
    <message>
        <source>The logits of %1 cannot be rebuilt from its last hidden state (off by %2).</source>
        <extracomment>%1 is type(causal).__name__; %2 is worst</extracomment>
        <translation>Die Logits von %1 lassen sich nicht aus seinem letzten verborgenen Zustand berechnen (Abweichung %2).</translation>
    </message>
    <message>
        <source>The matrix holds NaN or infinity and cannot be quantized.</source>
        <translation>Die Matrix enthält NaN oder Unendlich und kann nicht quantisiert werden.</translation>
    </message>
    <message>
        <source>The messages are no JSON list of role and content: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation>Die Nachrichten sind keine JSON-Liste von role und content: %1</translation>
    </message>
    <message>
        <source>The model computed no numbers (NaN), so its perplexity cannot be measured.</source>
        <translation>Das Modell berechnete keine Zahlen (NaN), also kann seine Perplexität nicht gemessen werden.</translation>
    </message>
    <message>
        <source>The model computed no numbers (NaN), so no text can be sampled from it.</source>
        <translation>Das Modell berechnete keine Zahlen (NaN), also kann kein Text von ihm erzeugt werden.</translation>
    </message>
    <message>
        <source>The model computed no numbers (NaN), so no token can be chosen.</source>
        <translation>Das Modell berechnete keine Zahlen (NaN), also kann kein Token gewählt werden.</translation>
    </message>
    <message>
        <source>The model does not fit the free memory (%1 GB) even at 4 bits, so no text can be sampled from it.</source>
        <extracomment>%1 is free / 1000000000.0</extracomment>
        <translation>Das Modell passt selbst mit 4 Bits nicht in den freien Speicher (%1 GB), also kann kein Text von ihm erzeugt werden.</translation>
    </message>
    <message>
        <source>The model is quantized already (%1); its codes are packed as they are. What is called the float model here is what these codes stand for.</source>
        <extracomment>%1 is stored.kind</extracomment>
        <translation>Das Modell ist schon quantisiert (%1); seine Codes werden gepackt, wie sie sind. Was hier Float-Modell heißt, ist das, wofür diese Codes stehen.</translation>
    </message>
    <message>
        <source>The model is too large to sample text from; the text is taken from your data.</source>
        <translation>Das Modell ist zu groß, um Text von ihm zu erzeugen; der Text kommt aus den eigenen Daten.</translation>
    </message>
    <message>
        <source>The model sees %1 tokens; perplexity is measured in windows of that length.</source>
        <extracomment>%1 is longest</extracomment>
        <translation>Das Modell sieht %1 Tokens; die Perplexität wird in Fenstern dieser Länge gemessen.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template takes none of the %1 rows: %2 (%3).</source>
        <extracomment>%1 is report.examples; %2 is first.reason; %3 is first.where</extracomment>
        <translation>Die Chatvorlage des Modells nimmt keine der %1 Zeilen: %2 (%3).</translation>
    </message>
    <message>
        <source>The optimizer %1 needs an NVIDIA GPU and the package bitsandbytes.</source>
        <extracomment>%1 is name</extracomment>
        <translation>Der Optimierer %1 braucht eine NVIDIA-GPU und das Paket bitsandbytes.</translation>
    </message>
    <message>
        <source>The prompt has %1 tokens; the model can see %2, the answer included.</source>
        <extracomment>%1 is tokens; %2 is window</extracomment>
        <translation>Der Prompt hat %1 Tokens; das Modell sieht %2, die Antwort mitgezählt.</translation>
    </message>
    <message>
        <source>The quantized model will fit your data better than other text.</source>
        <translation>Das quantisierte Modell passt dann besser zu den eigenen Daten als zu anderem Text.</translation>
    </message>
    <message>
        <source>The recipe asks for a GPU, but the installed torch is built for the CPU only.</source>
        <translation>Das Rezept verlangt eine GPU, aber das installierte torch ist nur für den Prozessor gebaut.</translation>
    </message>
    <message>
        <source>The recipe asks for a GPU, but torch finds none.</source>
        <translation>Das Rezept verlangt eine GPU, aber torch findet keine.</translation>
    </message>
    <message>
        <source>The recipe names no data.</source>
        <translation>Das Rezept nennt keine Daten.</translation>
    </message>
    <message>
        <source>The repair&apos;s adapter is a plain low-rank term and cannot be trained on as a DoRA adapter.</source>
        <translation>Der Adapter der Reparatur ist ein einfacher Term niedrigen Rangs und kann nicht als DoRA-Adapter weitertrainiert werden.</translation>
    </message>
    <message>
        <source>The run ended without a reason.</source>
        <translation>Der Lauf endete ohne Grund.</translation>
    </message>
    <message>
        <source>The run in this folder was started with another recipe; different: %1.</source>
        <extracomment>%1 is _differences(recipe, saved)</extracomment>
        <translation>Der Lauf in diesem Ordner begann mit einem anderen Rezept; verschieden: %1.</translation>
    </message>
    <message>
        <source>The run was made by another version or the file was edited; start a new run.</source>
        <translation>Eine andere Version hat den Lauf gemacht, oder die Datei wurde bearbeitet; einen neuen Lauf beginnen.</translation>
    </message>
    <message>
        <source>The run&apos;s state cannot be read: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation>Der Zustand des Laufs kann nicht gelesen werden: %1</translation>
    </message>
    <message>
        <source>The saved run had another %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(other)</extracomment>
        <translation>Der gespeicherte Lauf hatte andere Werte für %1.</translation>
    </message>
    <message>
        <source>The saved state does not fit this model: %1 is not there or has another shape.</source>
        <extracomment>%1 is named</extracomment>
        <translation>Der gespeicherte Zustand passt nicht zu diesem Modell: %1 fehlt oder hat eine andere Form.</translation>
    </message>
    <message>
        <source>The solver gptq needs calibration text.</source>
        <translation>Das Verfahren gptq braucht Kalibriertext.</translation>
    </message>
    <message>
        <source>The stage %1 is not spread over several processes.</source>
        <extracomment>%1 is stage.name</extracomment>
        <translation>Die Stufe %1 wird nicht auf mehrere Prozesse verteilt.</translation>
    </message>
    <message>
        <source>The starter model came neither as a Python package (%1) nor from the hub (%2)</source>
        <extracomment>%1 is why_not_pip; %2 is error.message</extracomment>
        <translation>Das Startmodell kam weder als Python-Paket (%1) noch vom Hub (%2)</translation>
    </message>
    <message>
        <source>The starter model is not on this computer yet, and the hub cannot be asked about it.</source>
        <translation>Das Startmodell ist noch nicht auf diesem Computer, und der Hub kann nicht danach gefragt werden.</translation>
    </message>
    <message>
        <source>The teacher&apos;s hidden states take %1 GB; %2 GB are free.</source>
        <extracomment>%1 is size / 1000000000.0; %2 is free / 1000000000.0</extracomment>
        <translation>Die verborgenen Zustände des Lehrers brauchen %1 GB; %2 GB sind frei.</translation>
    </message>
    <message>
        <source>The text has %1 tokens; nothing in it can be predicted.</source>
        <extracomment>%1 is tokens</extracomment>
        <translation>Der Text hat %1 Tokens; darin lässt sich nichts vorhersagen.</translation>
    </message>
    <message>
        <source>The text shall come from the data, but the recipe has none.</source>
        <translation>Der Text soll aus den Daten kommen, aber das Rezept hat keine.</translation>
    </message>
    <message>
        <source>The token embedding (%1 MB) lies in the computer&apos;s RAM while training.</source>
        <extracomment>%1 is size_bytes / 1000000.0</extracomment>
        <translation>Das Token-Embedding (%1 MB) liegt beim Training im Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>The token embedding (%1 MB) lies in the computer&apos;s RAM while training. Hidden states between blocks wait there, too.</source>
        <extracomment>%1 is size_bytes / 1000000.0</extracomment>
        <translation>Das Token-Embedding (%1 MB) liegt beim Training im Arbeitsspeicher. Verborgene Zustände zwischen den Blöcken warten auch dort.</translation>
    </message>
    <message>
        <source>The token embedding stays on the GPU: the output head reads the same numbers.</source>
        <translation>Das Token-Embedding bleibt auf der GPU: Der Ausgabekopf liest dieselben Zahlen.</translation>
    </message>
    <message>
        <source>The tokenizer has neither a chat template nor an end-of-text token.</source>
        <translation>Der Tokenizer hat weder eine Chatvorlage noch ein Token für das Textende.</translation>
    </message>
    <message>
        <source>The tokenizer joins the end of a prompt with the beginning of the answer, and does not give the text back when they are kept apart.</source>
        <translation>Der Tokenizer verbindet das Ende eines Prompts mit dem Anfang der Antwort und gibt den Text nicht zurück, wenn beide getrennt sind.</translation>
    </message>
    <message>
        <source>The weights in %1 are not those it was written with: base %2, not %3.</source>
        <extracomment>%1 is folder; %2 is found[:12]; %3 is manifest.base_sha256[:12]</extracomment>
        <translation>Die Gewichte in %1 sind nicht die, mit denen es geschrieben wurde: Basis %2, nicht %3.</translation>
    </message>
    <message>
        <source>The weights of %1 are only there as a pickle (%2); loading one runs whatever code it carries.</source>
        <extracomment>%1 is where; %2 is name</extracomment>
        <translation>Die Gewichte von %1 gibt es nur als Pickle (%2); eines zu laden führt beliebigen darin enthaltenen Code aus.</translation>
    </message>
    <message>
        <source>The work is done by the processor in RAM; much slower.</source>
        <translation>Der Prozessor macht die Arbeit im Arbeitsspeicher; viel langsamer.</translation>
    </message>
    <message>
        <source>There are %1 GPUs for more processes than that.</source>
        <extracomment>%1 is torch.cuda.device_count()</extracomment>
        <translation>Es gibt %1 GPUs für mehr Prozesse als das.</translation>
    </message>
    <message>
        <source>There are no rows to learn from.</source>
        <translation>Es gibt keine Zeilen zum Lernen.</translation>
    </message>
    <message>
        <source>There are no rows to show.</source>
        <translation>Es gibt keine Zeilen zu zeigen.</translation>
    </message>
    <message>
        <source>There is no %1 at revision %2 on the hub.</source>
        <extracomment>%1 is repo; %2 is revision</extracomment>
        <translation>Auf dem Hub gibt es kein %1 in Revision %2.</translation>
    </message>
    <message>
        <source>There is no %1 on the hub.</source>
        <extracomment>%1 is repo</extracomment>
        <translation>Auf dem Hub gibt es kein %1.</translation>
    </message>
    <message>
        <source>There is no column %1 (mapped to %2).</source>
        <extracomment>%1 is column; %2 is role</extracomment>
        <translation>Es gibt keine Spalte %1 (für %2 angegeben).</translation>
    </message>
    <message>
        <source>There is no data set %1 on the hub, or it is private.</source>
        <extracomment>%1 is repository</extracomment>
        <translation>Auf dem Hub gibt es keinen Datensatz %1, oder er ist privat.</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <extracomment>%1 is path</extracomment>
        <translation>Es gibt keine Datei %1.</translation>
    </message>
    <message>
        <source>There is no file or folder %1.</source>
        <extracomment>%1 is path</extracomment>
        <translation>Es gibt weder Datei noch Ordner %1.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <extracomment>%1 is folder</extracomment>
        <translation>Es gibt keinen Ordner %1.</translation>
    </message>
    <message>
        <source>There is no message to answer.</source>
        <translation>Es gibt keine Nachricht zu beantworten.</translation>
    </message>
    <message>
        <source>There is no repair to train on; the adapter starts fresh.</source>
        <translation>Es gibt keine Reparatur zum Weitertrainieren; der Adapter beginnt neu.</translation>
    </message>
    <message>
        <source>There is no row to train on.</source>
        <translation>Es gibt keine Zeile zum Trainieren.</translation>
    </message>
    <message>
        <source>There is no run in this folder.</source>
        <translation>In diesem Ordner ist kein Lauf.</translation>
    </message>
    <message>
        <source>There is no running job to %1.</source>
        <extracomment>%1 is mode</extracomment>
        <translation>Es läuft keine Arbeit für: %1.</translation>
    </message>
    <message>
        <source>There is no sample %1.</source>
        <extracomment>%1 is name</extracomment>
        <translation>Es gibt kein Beispiel %1.</translation>
    </message>
    <message>
        <source>There is no text %1.</source>
        <extracomment>%1 is path</extracomment>
        <translation>Es gibt keinen Text %1.</translation>
    </message>
    <message>
        <source>There is only one usable row, so none is held back to measure on.</source>
        <translation>Nur eine Zeile ist brauchbar, also wird keine zum Messen zurückgehalten.</translation>
    </message>
    <message>
        <source>These codes were chosen with their columns reordered (act-order) and cannot be trained.</source>
        <translation>Diese Codes wurden mit umgeordneten Spalten gewählt (act-order) und können nicht trainiert werden.</translation>
    </message>
    <message>
        <source>This architecture cannot be quantized block by block.</source>
        <translation>Diese Architektur kann nicht Block für Block quantisiert werden.</translation>
    </message>
    <message>
        <source>This folder already holds a run.</source>
        <translation>Dieser Ordner enthält schon einen Lauf.</translation>
    </message>
    <message>
        <source>This folder holds a frontier of %1, not of %2.</source>
        <extracomment>%1 is earlier.model; %2 is spec.source</extracomment>
        <translation>Dieser Ordner enthält einen Vergleich von %1, nicht von %2.</translation>
    </message>
    <message>
        <source>This folder holds a frontier whose %1 was made by another recipe.</source>
        <extracomment>%1 is point.name</extracomment>
        <translation>Dieser Ordner enthält einen Vergleich, dessen %1 mit einem anderen Rezept entstand.</translation>
    </message>
    <message>
        <source>This is a bug. The log has the details; the run can be resumed with --resume.</source>
        <translation>Das ist ein Programmfehler. Das Protokoll hat die Einzelheiten; der Lauf kann mit --resume fortgesetzt werden.</translation>
    </message>
    <message>
        <source>This is a bug; the details are in the worker&apos;s output.</source>
        <translation>Das ist ein Programmfehler; die Einzelheiten stehen in der Ausgabe des Prozesses.</translation>
    </message>
    <message>
        <source>This model cannot answer as %1; it can as %2.</source>
        <extracomment>%1 is name; %2 is &apos;, &apos;.join(self._adapters)</extracomment>
        <translation>Dieses Modell kann nicht als %1 antworten; es kann als %2.</translation>
    </message>
    <message>
        <source>This model cannot answer as %1; it can as float.</source>
        <extracomment>%1 is variant</extracomment>
        <translation>Dieses Modell kann nicht als %1 antworten; es kann als float.</translation>
    </message>
    <message>
        <source>This model cannot be trained here yet; quantizing and chatting work.</source>
        <translation>Dieses Modell kann hier noch nicht trainiert werden; Quantisieren und Chatten gehen.</translation>
    </message>
    <message>
        <source>This model has no chat template; it continues the text as it is.</source>
        <translation>Dieses Modell hat keine Chatvorlage; es schreibt den Text weiter, wie er ist.</translation>
    </message>
    <message>
        <source>This model knows no system prompt; it is put before the first message.</source>
        <translation>Dieses Modell kennt keinen Systemprompt; er wird vor die erste Nachricht gestellt.</translation>
    </message>
    <message>
        <source>This needs the least, as a new run: %1. Or close other programs.</source>
        <extracomment>%1 is words</extracomment>
        <translation>Das braucht am wenigsten, als neuer Lauf: %1. Oder andere Programme schließen.</translation>
    </message>
    <message>
        <source>This run has no quantized model yet.</source>
        <translation>Dieser Lauf hat noch kein quantisiertes Modell.</translation>
    </message>
    <message>
        <source>This version of transformers does not know models of type %1.</source>
        <extracomment>%1 is model_type</extracomment>
        <translation>Diese Version von transformers kennt keine Modelle vom Typ %1.</translation>
    </message>
    <message>
        <source>This would fit, as a new run: %1. Or close other programs.</source>
        <extracomment>%1 is words</extracomment>
        <translation>Das würde passen, als neuer Lauf: %1. Oder andere Programme schließen.</translation>
    </message>
    <message>
        <source>Training runs without recorded steps, which is slower: %1</source>
        <extracomment>%1 is why</extracomment>
        <translation>Das Training läuft ohne aufgezeichnete Schritte, was langsamer ist: %1</translation>
    </message>
    <message>
        <source>Try again; if it stays so, use another model, e.g. hub:HuggingFaceTB/SmolLM2-135M-Instruct.</source>
        <translation>Noch einmal versuchen; wenn es so bleibt, ein anderes Modell nehmen, z. B. hub:HuggingFaceTB/SmolLM2-135M-Instruct.</translation>
    </message>
    <message>
        <source>Try again; what was saved is still there.</source>
        <translation>Noch einmal versuchen; was gespeichert wurde, ist noch da.</translation>
    </message>
    <message>
        <source>Unexpected %1: %2</source>
        <extracomment>%1 is type(error).__name__; %2 is error</extracomment>
        <translation>Unerwartet %1: %2</translation>
    </message>
    <message>
        <source>Use more calibration samples, or the solver &apos;search&apos;.</source>
        <translation>Mehr Kalibriersequenzen nehmen oder das Verfahren „search“.</translation>
    </message>
    <message>
        <source>Use solver = &apos;search&apos;.</source>
        <translation>solver = &apos;search&apos; setzen.</translation>
    </message>
    <message>
        <source>Use the model&apos;s safetensors version.</source>
        <translation>Die safetensors-Ausgabe des Modells nehmen.</translation>
    </message>
    <message>
        <source>Use the model&apos;s safetensors version. From GGUF: %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(sorted(FAMILIES))</extracomment>
        <translation>Die safetensors-Ausgabe des Modells nehmen. Aus GGUF gehen: %1.</translation>
    </message>
    <message>
        <source>Use the model&apos;s safetensors version. From GGUF: %1. Nearest: %2.</source>
        <extracomment>%1 is &apos;, &apos;.join(sorted(FAMILIES)); %2 is nearest(stated, FAMILIES)</extracomment>
        <translation>Die safetensors-Ausgabe des Modells nehmen. Aus GGUF gehen: %1. Am nächsten: %2.</translation>
    </message>
    <message>
        <source>Wait for it or end it, then try again.</source>
        <translation>Darauf warten oder es beenden, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Wait for it, or pause or cancel it first.</source>
        <translation>Darauf warten, oder es erst pausieren oder abbrechen.</translation>
    </message>
    <message>
        <source>What the model should learn cannot be told from its chat template: the prompt for an answer is not the beginning of the conversation with it.</source>
        <translation>Was das Modell lernen soll, geht aus seiner Chatvorlage nicht hervor: Der Prompt zu einer Antwort ist nicht der Anfang der Unterhaltung mit ihr.</translation>
    </message>
    <message>
        <source>What the model should learn cannot be told from its chat template: the template changes the words of an answer.</source>
        <translation>Was das Modell lernen soll, geht aus seiner Chatvorlage nicht hervor: Die Vorlage ändert die Wörter einer Antwort.</translation>
    </message>
    <message>
        <source>Windows of %1 tokens are longer than the %2 the model was made for.</source>
        <extracomment>%1 is context; %2 is longest</extracomment>
        <translation>Fenster von %1 Tokens sind länger als die %2, für die das Modell gemacht ist.</translation>
    </message>
    <message>
        <source>Windows would leave text out.</source>
        <translation>Fenster würden Text auslassen.</translation>
    </message>
    <message>
        <source>With quantize.codes = &quot;new&quot; its values are quantized again.</source>
        <translation>Mit quantize.codes = &quot;new&quot; werden die Werte neu quantisiert.</translation>
    </message>
    <message>
        <source>Write a list of rows, or one object a line (jsonl).</source>
        <translation>Eine Liste von Zeilen schreiben, oder ein Objekt je Zeile (jsonl).</translation>
    </message>
    <message>
        <source>Write hub:ORG/NAME, or hub:ORG/NAME#CONFIG for one of several configurations.</source>
        <translation>hub:ORG/NAME schreiben, oder hub:ORG/NAME#CONFIG für eine von mehreren Konfigurationen.</translation>
    </message>
    <message>
        <source>Write it as [%1].</source>
        <extracomment>%1 is path</extracomment>
        <translation>Als [%1] schreiben.</translation>
    </message>
    <message>
        <source>Write it as a list of rows or as jsonl; both are read piece by piece.</source>
        <translation>Als Liste von Zeilen oder als jsonl schreiben; beides wird Stück für Stück gelesen.</translation>
    </message>
    <message>
        <source>Write one first.</source>
        <translation>Zuerst eine schreiben.</translation>
    </message>
    <message>
        <source>a GGUF file starts with GGUF, this one with %1</source>
        <extracomment>%1 is magic</extracomment>
        <translation>eine GGUF-Datei beginnt mit GGUF, diese mit %1</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>eine Liste</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>eine Zahl</translation>
    </message>
    <message>
        <source>a removed key</source>
        <translation>ein entfernter Schlüssel</translation>
    </message>
    <message>
        <source>a repair&apos;s adapter cannot be continued as DoRA</source>
        <translation>der Adapter einer Reparatur kann nicht als DoRA weitertrainiert werden</translation>
    </message>
    <message>
        <source>a scale is no 16-bit float</source>
        <translation>eine Skala ist keine 16-Bit-Gleitkommazahl</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>ein Text</translation>
    </message>
    <message>
        <source>a turn has no role and content</source>
        <translation>ein Beitrag hat weder role noch content</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>eine ganze Zahl</translation>
    </message>
    <message>
        <source>a zero point is %1, beyond the %2-bit codes; it was written by a tool that stores a zero point of 0 as -1 and overwrites its neighbours</source>
        <extracomment>%1 is int(zeros.max()); %2 is bits</extracomment>
        <translation>ein Nullpunkt ist %1, außerhalb der %2-Bit-Codes; ihn schrieb ein Werkzeug, das einen Nullpunkt 0 als -1 speichert und seine Nachbarn überschreibt</translation>
    </message>
    <message>
        <source>activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>activations of all blocks</source>
        <translation>Aktivierungen aller Blöcke</translation>
    </message>
    <message>
        <source>activations of the prompt</source>
        <translation>Aktivierungen des Prompts</translation>
    </message>
    <message>
        <source>adapter and checkpoints</source>
        <translation>Adapter und Sicherungen</translation>
    </message>
    <message>
        <source>adapters</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>adapters as a recorded step reads them</source>
        <translation>Adapter, wie ein aufgezeichneter Schritt sie liest</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>ein Objekt</translation>
    </message>
    <message>
        <source>an object was expected, not %1</source>
        <extracomment>%1 is type(value).__name__</extracomment>
        <translation>erwartet wurde ein Objekt, nicht %1</translation>
    </message>
    <message>
        <source>broken JSON: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation>fehlerhaftes JSON: %1</translation>
    </message>
    <message>
        <source>broken quoting: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation>fehlerhafte Anführungszeichen: %1</translation>
    </message>
    <message>
        <source>cache of %1 tokens</source>
        <extracomment>%1 is window</extracomment>
        <translation>Cache für %1 Tokens</translation>
    </message>
    <message>
        <source>calibration text</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>calibration text in a block</source>
        <translation>Kalibriertext in einem Block</translation>
    </message>
    <message>
        <source>column %1 holds text</source>
        <extracomment>%1 is plain[name]</extracomment>
        <translation>Spalte %1 enthält Text</translation>
    </message>
    <message>
        <source>column %1 holds turns with %2 and %3</source>
        <extracomment>%1 is name; %2 is keys[0]; %3 is keys[1]</extracomment>
        <translation>Spalte %1 enthält Beiträge mit %2 und %3</translation>
    </message>
    <message>
        <source>columns %1 and %2</source>
        <extracomment>%1 is mapping[&apos;prompt&apos;]; %2 is mapping[&apos;completion&apos;]</extracomment>
        <translation>Spalten %1 und %2</translation>
    </message>
    <message>
        <source>data.validation cannot be %1</source>
        <extracomment>%1 is validation</extracomment>
        <translation>data.validation kann nicht %1 sein</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>Embedding</translation>
    </message>
    <message>
        <source>evaluate.stride is longer than evaluate.context</source>
        <translation>evaluate.stride ist länger als evaluate.context</translation>
    </message>
    <message>
        <source>evaluate.tasks cannot hold %1</source>
        <extracomment>%1 is task</extracomment>
        <translation>evaluate.tasks kann nicht %1 enthalten</translation>
    </message>
    <message>
        <source>float model</source>
        <translation>Float-Modell</translation>
    </message>
    <message>
        <source>float model (teacher)</source>
        <translation>Float-Modell (Lehrer)</translation>
    </message>
    <message>
        <source>float model&apos;s head, to compare with</source>
        <translation>Ausgabekopf des Float-Modells zum Vergleichen</translation>
    </message>
    <message>
        <source>float model&apos;s last hidden states</source>
        <translation>letzte verborgene Zustände des Float-Modells</translation>
    </message>
    <message>
        <source>freed memory between what is kept</source>
        <translation>freigegebener Speicher zwischen dem, was bleibt</translation>
    </message>
    <message>
        <source>from the columns in the recipe</source>
        <translation>nach den Spalten im Rezept</translation>
    </message>
    <message>
        <source>given in the recipe</source>
        <translation>im Rezept angegeben</translation>
    </message>
    <message>
        <source>groups of %1 weights; 32, 64, whole rows and multiples of 128 fit</source>
        <extracomment>%1 is size</extracomment>
        <translation>Gruppen von %1 Gewichten; 32, 64, ganze Zeilen und Vielfache von 128 passen</translation>
    </message>
    <message>
        <source>head and loss, chunk by chunk</source>
        <translation>Ausgabekopf und Verlust, stückweise</translation>
    </message>
    <message>
        <source>hidden states between blocks</source>
        <translation>verborgene Zustände zwischen den Blöcken</translation>
    </message>
    <message>
        <source>hidden states between blocks, moved to RAM</source>
        <translation>verborgene Zustände zwischen den Blöcken, im Arbeitsspeicher</translation>
    </message>
    <message>
        <source>hidden states of the calibration text</source>
        <translation>verborgene Zustände des Kalibriertexts</translation>
    </message>
    <message>
        <source>history has an empty turn</source>
        <translation>history hat einen leeren Beitrag</translation>
    </message>
    <message>
        <source>history is not a list of [question, answer]</source>
        <translation>history ist keine Liste von [Frage, Antwort]</translation>
    </message>
    <message>
        <source>input statistics</source>
        <translation>Eingabestatistik</translation>
    </message>
    <message>
        <source>it claims %1 %2 in %3 bytes</source>
        <extracomment>%1 is count; %2 is what; %3 is self.size</extracomment>
        <translation>es behauptet %1 %2 in %3 Bytes</translation>
    </message>
    <message>
        <source>it has %1 bytes where its header describes %2</source>
        <extracomment>%1 is size; %2 is end</extracomment>
        <translation>es hat %1 Bytes, wo sein Kopf %2 beschreibt</translation>
    </message>
    <message>
        <source>it has no g_idx, and no %1 states its bits</source>
        <extracomment>%1 is _SETTINGS</extracomment>
        <translation>es hat kein g_idx, und kein %1 nennt seine Bits</translation>
    </message>
    <message>
        <source>it has no quantization_config of the method %1</source>
        <extracomment>%1 is QUANT_METHOD</extracomment>
        <translation>es hat keine quantization_config der Methode %1</translation>
    </message>
    <message>
        <source>it is a folder, not a GGUF file</source>
        <translation>es ist ein Ordner, keine GGUF-Datei</translation>
    </message>
    <message>
        <source>it is no table</source>
        <translation>es ist keine Tabelle</translation>
    </message>
    <message>
        <source>it is not JSON</source>
        <translation>es ist kein JSON</translation>
    </message>
    <message>
        <source>it is not JSON (%1)</source>
        <extracomment>%1 is error</extracomment>
        <translation>es ist kein JSON (%1)</translation>
    </message>
    <message>
        <source>it is not a table of tensors and files</source>
        <translation>es ist keine Tabelle von Tensoren und Dateien</translation>
    </message>
    <message>
        <source>it names files outside its folder, or none</source>
        <translation>es nennt Dateien außerhalb seines Ordners, oder keine</translation>
    </message>
    <message>
        <source>it names no model_type</source>
        <translation>es nennt keinen model_type</translation>
    </message>
    <message>
        <source>its alignment %1 is no power of two</source>
        <extracomment>%1 is alignment</extracomment>
        <translation>seine Ausrichtung %1 ist keine Zweierpotenz</translation>
    </message>
    <message>
        <source>its compute capability is %1.%2; %3 (Turing, 2018) is needed</source>
        <extracomment>%1 is major; %2 is minor; %3 is oldest</extracomment>
        <translation>ihre Compute Capability ist %1.%2; nötig ist %3 (Turing, 2018)</translation>
    </message>
    <message>
        <source>its driver is not installed or does not answer; install NVIDIA&apos;s driver and start again</source>
        <translation>ihr Treiber ist nicht installiert oder antwortet nicht; NVIDIAs Treiber installieren und neu starten</translation>
    </message>
    <message>
        <source>its g_idx makes groups of other sizes than %1</source>
        <extracomment>%1 is size or columns</extracomment>
        <translation>sein g_idx macht Gruppen anderer Größe als %1</translation>
    </message>
    <message>
        <source>its g_idx names groups other than its %1</source>
        <extracomment>%1 is matrix.groups</extracomment>
        <translation>sein g_idx nennt andere Gruppen als seine %1</translation>
    </message>
    <message>
        <source>its hash is not the one that the hub states, twice in a row</source>
        <translation>seine Prüfsumme ist nicht die, die der Hub angibt, zweimal in Folge</translation>
    </message>
    <message>
        <source>its header claims %1 bytes, more than the format allows</source>
        <extracomment>%1 is length</extracomment>
        <translation>sein Kopf behauptet %1 Bytes, mehr als das Format erlaubt</translation>
    </message>
    <message>
        <source>its header is not JSON</source>
        <translation>sein Kopf ist kein JSON</translation>
    </message>
    <message>
        <source>its header is not a table of tensors</source>
        <translation>sein Kopf ist keine Tabelle von Tensoren</translation>
    </message>
    <message>
        <source>its header lacks %1</source>
        <extracomment>%1 is &apos;, &apos;.join(missing)</extracomment>
        <translation>seinem Kopf fehlt %1</translation>
    </message>
    <message>
        <source>its quantization_config cannot be read (%1)</source>
        <extracomment>%1 is error</extracomment>
        <translation>seine quantization_config kann nicht gelesen werden (%1)</translation>
    </message>
    <message>
        <source>its qzeros or scales are missing or have other dimensions</source>
        <translation>seine qzeros oder scales fehlen oder haben andere Maße</translation>
    </message>
    <message>
        <source>latent weights, gradients, moments</source>
        <translation>latente Gewichte, Gradienten, Momente</translation>
    </message>
    <message>
        <source>latent weights, gradients, moments of a block</source>
        <translation>latente Gewichte, Gradienten, Momente eines Blocks</translation>
    </message>
    <message>
        <source>logits, chunk by chunk</source>
        <translation>Logits, stückweise</translation>
    </message>
    <message>
        <source>model.source cannot be %1</source>
        <extracomment>%1 is source</extracomment>
        <translation>model.source kann nicht %1 sein</translation>
    </message>
    <message>
        <source>no token of it is learned</source>
        <translation>kein Token davon wird gelernt</translation>
    </message>
    <message>
        <source>none …</source>
        <translation>keine …</translation>
    </message>
    <message>
        <source>norms and the like</source>
        <translation>Normen und Ähnliches</translation>
    </message>
    <message>
        <source>nothing to learn is left after cutting it to the greatest length</source>
        <translation>nach dem Abschneiden auf die größte Länge bleibt nichts zu lernen</translation>
    </message>
    <message>
        <source>one block recomputed</source>
        <translation>ein neu berechneter Block</translation>
    </message>
    <message>
        <source>one block&apos;s activations</source>
        <translation>Aktivierungen eines Blocks</translation>
    </message>
    <message>
        <source>one dequantized tile</source>
        <translation>eine dequantisierte Kachel</translation>
    </message>
    <message>
        <source>one float block</source>
        <translation>ein Float-Block</translation>
    </message>
    <message>
        <source>one of %1 parts of a split file (join them first)</source>
        <extracomment>%1 is metadata[_SHARED]</extracomment>
        <translation>eine von %1 Dateien eines geteilten Modells (erst zusammenfügen)</translation>
    </message>
    <message>
        <source>only NVIDIA GPUs are used so far; the work is done by the processor</source>
        <translation>bisher werden nur NVIDIA-GPUs benutzt; der Prozessor macht die Arbeit</translation>
    </message>
    <message>
        <source>optimizer (%1)</source>
        <extracomment>%1 is optimizer</extracomment>
        <translation>Optimierer (%1)</translation>
    </message>
    <message>
        <source>output head</source>
        <translation>Ausgabekopf</translation>
    </message>
    <message>
        <source>packed model</source>
        <translation>gepacktes Modell</translation>
    </message>
    <message>
        <source>packed weights</source>
        <translation>gepackte Gewichte</translation>
    </message>
    <message>
        <source>packing wants data.max_length of at least 32</source>
        <translation>Packen braucht ein data.max_length von mindestens 32</translation>
    </message>
    <message>
        <source>pip ended with %1</source>
        <extracomment>%1 is process.returncode</extracomment>
        <translation>pip endete mit %1</translation>
    </message>
    <message>
        <source>pip is not available</source>
        <translation>pip ist nicht verfügbar</translation>
    </message>
    <message>
        <source>quantize.codes is auto, new, or the folder of a quantized version of the model.</source>
        <translation>quantize.codes ist auto, new oder der Ordner einer quantisierten Ausgabe des Modells.</translation>
    </message>
    <message>
        <source>quantize.codes must name a quantized version of model.source.</source>
        <translation>quantize.codes muss eine quantisierte Ausgabe von model.source nennen.</translation>
    </message>
    <message>
        <source>qweight %1 and qzeros %2 do not fit together</source>
        <extracomment>%1 is [words, rows]; %2 is [zero_groups, zero_words]</extracomment>
        <translation>qweight %1 und qzeros %2 passen nicht zusammen</translation>
    </message>
    <message>
        <source>repair adapter</source>
        <translation>Reparaturadapter</translation>
    </message>
    <message>
        <source>rows of %1 (%2) are no multiple of %3&apos;s %4</source>
        <extracomment>%1 is name; %2 is shape[-1]; %3 is kind.name; %4 is block</extracomment>
        <translation>Zeilen von %1 (%2) sind kein Vielfaches von %4 (%3)</translation>
    </message>
    <message>
        <source>solving the widest matrix</source>
        <translation>Lösen der breitesten Matrix</translation>
    </message>
    <message>
        <source>symmetric is for the integer codec</source>
        <translation>symmetric gilt für den Codec integer</translation>
    </message>
    <message>
        <source>teacher&apos;s last hidden states</source>
        <translation>letzte verborgene Zustände des Lehrers</translation>
    </message>
    <message>
        <source>teacher&apos;s output head</source>
        <translation>Ausgabekopf des Lehrers</translation>
    </message>
    <message>
        <source>tensor %1 of unknown type %2</source>
        <extracomment>%1 is name; %2 is code</extracomment>
        <translation>Tensor %1 vom unbekannten Typ %2</translation>
    </message>
    <message>
        <source>tensors on their way to disk</source>
        <translation>Tensoren auf dem Weg zur Platte</translation>
    </message>
    <message>
        <source>the %1 codec is not built yet</source>
        <extracomment>%1 is recipe.quantize.codec</extracomment>
        <translation>den Codec %1 gibt es noch nicht</translation>
    </message>
    <message>
        <source>the block&apos;s forward never calls it as a module</source>
        <translation>der Block ruft es nie als Modul auf</translation>
    </message>
    <message>
        <source>the conversation has no answer by the assistant</source>
        <translation>die Unterhaltung hat keine Antwort von assistant</translation>
    </message>
    <message>
        <source>the data of %1 starts at byte %2, not at %3</source>
        <extracomment>%1 is tensor.name; %2 is tensor.offset; %3 is end</extracomment>
        <translation>die Daten von %1 beginnen bei Byte %2, nicht bei %3</translation>
    </message>
    <message>
        <source>the driver says: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation>der Treiber sagt: %1</translation>
    </message>
    <message>
        <source>the entry of %1 has dtype %2 and shape %3</source>
        <extracomment>%1 is name; %2 is dtype; %3 is shape</extracomment>
        <translation>der Eintrag von %1 hat dtype %2 und Form %3</translation>
    </message>
    <message>
        <source>the entry of %1 is incomplete</source>
        <extracomment>%1 is name</extracomment>
        <translation>der Eintrag von %1 ist unvollständig</translation>
    </message>
    <message>
        <source>the line is not readable text (wrong encoding)</source>
        <translation>die Zeile ist kein lesbarer Text (falsche Kodierung)</translation>
    </message>
    <message>
        <source>the line is not readable text (wrong encoding) or longer than 64 MB</source>
        <translation>die Zeile ist kein lesbarer Text (falsche Kodierung) oder länger als 64 MB</translation>
    </message>
    <message>
        <source>the model has no module %1</source>
        <extracomment>%1 is name</extracomment>
        <translation>das Modell hat kein Modul %1</translation>
    </message>
    <message>
        <source>the process itself</source>
        <translation>der Prozess selbst</translation>
    </message>
    <message>
        <source>the recipe with --set</source>
        <translation>das Rezept mit --set</translation>
    </message>
    <message>
        <source>the row is empty</source>
        <translation>die Zeile ist leer</translation>
    </message>
    <message>
        <source>the text</source>
        <translation>der Text</translation>
    </message>
    <message>
        <source>the token</source>
        <translation>das Token</translation>
    </message>
    <message>
        <source>their gradients</source>
        <translation>ihre Gradienten</translation>
    </message>
    <message>
        <source>there are no codes for it</source>
        <translation>dafür gibt es keine Codes</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>turn %1</source>
        <extracomment>%1 is number</extracomment>
        <translation>Beitrag %1</translation>
    </message>
    <message>
        <source>turn %1 (%2) is empty</source>
        <extracomment>%1 is number; %2 is role</extracomment>
        <translation>Beitrag %1 (%2) ist leer</translation>
    </message>
    <message>
        <source>turn %1 has the unknown role %2</source>
        <extracomment>%1 is number; %2 is name</extracomment>
        <translation>Beitrag %1 hat die unbekannte Rolle %2</translation>
    </message>
    <message>
        <source>turn %1 uses tools, which are not supported</source>
        <extracomment>%1 is number</extracomment>
        <translation>Beitrag %1 benutzt Werkzeuge, die nicht unterstützt werden</translation>
    </message>
    <message>
        <source>unknown value type %1 at byte %2</source>
        <extracomment>%1 is kind; %2 is self.position</extracomment>
        <translation>unbekannter Werttyp %1 bei Byte %2</translation>
    </message>
</context>
<context>
    <name>EngineWords</name>
    <message>
        <source> Or: </source>
        <translation> Oder: </translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern unter</translation>
    </message>
    <message>
        <source>{path} could not be written.</source>
        <translation>{path} konnte nicht geschrieben werden.</translation>
    </message>
</context>
<context>
    <name>FitPanel</name>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Apply: %1</source>
        <translation>Anwenden: %1</translation>
    </message>
    <message>
        <source>Check first</source>
        <translation>Erst prüfen</translation>
    </message>
    <message>
        <source>Does it fit?</source>
        <translation>Passt es?</translation>
    </message>
    <message>
        <source>Memory by use</source>
        <translation>Speicher nach Verwendung</translation>
    </message>
    <message>
        <source>One measured step at the longest length, before anything is downloaded</source>
        <translation>Ein gemessener Schritt bei der größten Länge, bevor etwas heruntergeladen wird</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Stop the check</source>
        <translation>Prüfung anhalten</translation>
    </message>
    <message>
        <source>What the run needs</source>
        <translation>Was der Lauf braucht</translation>
    </message>
</context>
<context>
    <name>FitStep</name>
    <message>
        <source>%1 of %2 free</source>
        <translation>%1 von %2 frei</translation>
    </message>
    <message>
        <source>A run is going on. Pause or stop it to start another.</source>
        <translation>Ein Lauf ist im Gang. Für einen neuen erst pausieren oder anhalten.</translation>
    </message>
    <message>
        <source>Apply a suggestion</source>
        <translation>Vorschlag anwenden</translation>
    </message>
    <message>
        <source>Bits a weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Checking: one step at the longest length…</source>
        <translation>Prüfung: ein Schritt bei der größten Länge…</translation>
    </message>
    <message>
        <source>Choose a model to see what it needs.</source>
        <translation>Ein Modell wählen, um den Bedarf zu sehen.</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Platte</translation>
    </message>
    <message>
        <source>Does not fit</source>
        <translation>Passt nicht</translation>
    </message>
    <message>
        <source>Everything stored for the quantized matrices, scales and repair included.</source>
        <translation>Alles, was für die quantisierten Matrizen gespeichert wird, mit Skalen und Reparatur.</translation>
    </message>
    <message>
        <source>Finished model</source>
        <translation>Fertiges Modell</translation>
    </message>
    <message>
        <source>First choose a model.</source>
        <translation>Zuerst ein Modell wählen.</translation>
    </message>
    <message>
        <source>First mend what is listed above.</source>
        <translation>Zuerst beheben, was oben steht.</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>Passt</translation>
    </message>
    <message>
        <source>From the speed measured on this computer.</source>
        <translation>Aus der auf diesem Computer gemessenen Geschwindigkeit.</translation>
    </message>
    <message>
        <source>It does not fit as it is.</source>
        <translation>So passt es nicht.</translation>
    </message>
    <message>
        <source>Measured: %1 at the worst, %2 free.</source>
        <translation>Gemessen: höchstens %1, frei %2.</translation>
    </message>
    <message>
        <source>Needs %1 of %2 free %3, most of it at: %4</source>
        <translation>Braucht %1 von %2 freiem %3, am meisten bei: %4</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>Knapp</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>With embeddings, head and adapters: %1 bits a parameter.</source>
        <translation>Mit Embeddings, Ausgabekopf und Adaptern: %1 Bits je Parameter.</translation>
    </message>
    <message>
        <source>about %1, an estimate</source>
        <translation>etwa %1, geschätzt</translation>
    </message>
    <message>
        <source>everything else</source>
        <translation>alles andere</translation>
    </message>
    <message>
        <source>graphics memory</source>
        <translation>Grafikspeicher</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
</context>
<context>
    <name>FrontierDialog</name>
    <message>
        <source>%1 runs, one after another. Each can be opened and repeated like any other.</source>
        <translation>%1 Läufe, einer nach dem anderen. Jeder kann wie jeder andere geöffnet und wiederholt werden.</translation>
    </message>
    <message>
        <source>Bits a weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Choose bits and at least one repair.</source>
        <translation>Bits und mindestens eine Reparatur wählen.</translation>
    </message>
    <message>
        <source>Fine-tune every point on the recipe&apos;s data, too</source>
        <translation>Jeden Punkt auch mit den Daten des Rezepts feinabstimmen</translation>
    </message>
    <message>
        <source>Measure quality against size</source>
        <translation>Qualität gegen Größe messen</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
</context>
<context>
    <name>FrontierMeasuring</name>
    <message>
        <source>Model and everything else as in the run {name}.</source>
        <translation>Modell und alles andere wie im Lauf {name}.</translation>
    </message>
    <message>
        <source>Planning every point…</source>
        <translation>Jeder Punkt wird geplant…</translation>
    </message>
    <message>
        <source>The starter model.</source>
        <translation>Das Startmodell.</translation>
    </message>
    <message>
        <source>about {time} for what is left</source>
        <translation>etwa {time} für den Rest</translation>
    </message>
    <message>
        <source>{count} not possible</source>
        <translation>{count} nicht möglich</translation>
    </message>
    <message>
        <source>{done} of {all} points measured</source>
        <translation>{done} von {all} Punkten gemessen</translation>
    </message>
</context>
<context>
    <name>FrontierPlot</name>
    <message>
        <source>Bits a weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Finished runs appear here: perplexity upwards, size to the right.</source>
        <translation>Fertige Läufe erscheinen hier: Perplexität nach oben, Größe nach rechts.</translation>
    </message>
    <message>
        <source>Model and text that are compared</source>
        <translation>Modell und Text, die verglichen werden</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Perplexity against size</source>
        <translation>Perplexität gegen Größe</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Size of the model</source>
        <translation>Größe des Modells</translation>
    </message>
    <message>
        <source>What stands to the right</source>
        <translation>Was nach rechts steht</translation>
    </message>
    <message>
        <source>float model</source>
        <translation>Float-Modell</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
</context>
<context>
    <name>JobController</name>
    <message>
        <source>Nothing saved is lost: the run can go on from its last save.</source>
        <translation>Gespeichertes geht nicht verloren: Der Lauf kann von der letzten Sicherung an weitergehen.</translation>
    </message>
    <message>
        <source>Often the memory was full. Nothing saved is lost: the run can go on from its last save.</source>
        <translation>Oft war der Speicher voll. Gespeichertes geht nicht verloren: Der Lauf kann von der letzten Sicherung an weitergehen.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>The run&apos;s process crashed (signal %1).</source>
        <translation>Der Prozess des Laufs ist abgestürzt (Signal %1).</translation>
    </message>
    <message>
        <source>The run&apos;s process ended too early (code %1).</source>
        <translation>Der Prozess des Laufs hat zu früh geendet (Code %1).</translation>
    </message>
    <message>
        <source>The run&apos;s process was killed by the system or by another program.</source>
        <translation>Der Prozess des Laufs wurde vom System oder von einem anderen Programm beendet.</translation>
    </message>
</context>
<context>
    <name>LayerMap</name>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>As quantized</source>
        <translation>Wie quantisiert</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Bits stored for each weight, scales and adapters counted</source>
        <translation>Gespeicherte Bits je Gewicht, Skalen und Adapter mitgezählt</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Layer map: matrices by blocks</source>
        <translation>Schichtkarte: Matrizen nach Blöcken</translation>
    </message>
    <message>
        <source>Noise of the quantized matrix against its signal, in decibels; lower is better</source>
        <translation>Rauschen der quantisierten Matrix gegen ihr Signal, in Dezibel; kleiner ist besser</translation>
    </message>
    <message>
        <source>The map fills as the matrices are quantized.</source>
        <translation>Die Karte füllt sich, während die Matrizen quantisiert werden.</translation>
    </message>
    <message>
        <source>With the repair</source>
        <translation>Mit der Reparatur</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
</context>
<context>
    <name>LayersModel</name>
    <message>
        <source>Block {block}, {matrix}</source>
        <translation>Block {block}, {matrix}</translation>
    </message>
    <message>
        <source>not quantized yet</source>
        <translation>noch nicht quantisiert</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>quantisiert</translation>
    </message>
    <message>
        <source>repaired</source>
        <translation>repariert</translation>
    </message>
    <message>
        <source>{name}: error {error} dB at {bits} bits</source>
        <translation>{name}: Fehler {error} dB bei {bits} Bits</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>LogModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the whole log</source>
        <translation>Ganzes Protokoll kopieren</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
</context>
<context>
    <name>LossPlot</name>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Loss over steps</source>
        <translation>Verlust über die Schritte</translation>
    </message>
    <message>
        <source>The loss appears when training begins.</source>
        <translation>Der Verlust erscheint, wenn das Training beginnt.</translation>
    </message>
    <message>
        <source>Which measurement is drawn</source>
        <translation>Welche Messung gezeichnet wird</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nachher</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>best {value}</source>
        <translation>beste {value}</translation>
    </message>
    <message>
        <source>smoothed</source>
        <translation>geglättet</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>Validierung</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>A run is going on</source>
        <translation>Ein Lauf ist im Gang</translation>
    </message>
    <message>
        <source>Close anyway? The run is saved first and can be resumed at the next start.</source>
        <translation>Trotzdem schließen? Der Lauf wird erst gespeichert und kann beim nächsten Start fortgesetzt werden.</translation>
    </message>
</context>
<context>
    <name>MemoryPlot</name>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Memory of {size}</source>
        <translation>Speicher von {size}</translation>
    </message>
    <message>
        <source>Memory over time</source>
        <translation>Speicher über die Zeit</translation>
    </message>
    <message>
        <source>RAM of the run</source>
        <translation>Arbeitsspeicher des Laufs</translation>
    </message>
    <message>
        <source>Readings appear once the run has begun.</source>
        <translation>Messwerte erscheinen, sobald der Lauf begonnen hat.</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nach</translation>
    </message>
    <message>
        <source>all programs</source>
        <translation>alle Programme</translation>
    </message>
    <message>
        <source>allocated</source>
        <translation>belegt</translation>
    </message>
    <message>
        <source>capacity {size}</source>
        <translation>Kapazität {size}</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>reserviert</translation>
    </message>
</context>
<context>
    <name>Methods</name>
    <message>
        <source>A small correction computed from what the model really sees. No training.</source>
        <translation>Eine kleine Korrektur, berechnet aus dem, was das Modell wirklich sieht. Kein Training.</translation>
    </message>
    <message>
        <source>Activation-aware</source>
        <translation>Aktivierungsbasiert</translation>
    </message>
    <message>
        <source>LREC</source>
        <translation>LREC</translation>
    </message>
    <message>
        <source>Learns a small correction from the original model. Best at 3 bits and below.</source>
        <translation>Lernt eine kleine Korrektur vom ursprünglichen Modell. Am besten bei 3 Bits und darunter.</translation>
    </message>
    <message>
        <source>LoftQ</source>
        <translation>LoftQ</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>ReALLM</source>
        <translation>ReALLM</translation>
    </message>
    <message>
        <source>Rounding only. Good at 8 bits, usable at 4.</source>
        <translation>Nur Runden. Gut bei 8 Bits, brauchbar bei 4.</translation>
    </message>
    <message>
        <source>Rounds and corrects in turns, so that fine-tuning starts close to the original.</source>
        <translation>Rundet und korrigiert abwechselnd, damit die Feinabstimmung nahe am Original beginnt.</translation>
    </message>
    <message>
        <source>Stores shared patterns of weights and tunes them block by block.</source>
        <translation>Speichert gemeinsame Muster der Gewichte und stimmt sie Block für Block ab.</translation>
    </message>
    <message>
        <source>Trained codes</source>
        <translation>Trainierte Codes</translation>
    </message>
    <message>
        <source>Trains the rounded weights themselves. Strongest at 2 bits, slowest.</source>
        <translation>Trainiert die gerundeten Gewichte selbst. Am stärksten bei 2 Bits, am langsamsten.</translation>
    </message>
</context>
<context>
    <name>Metric</name>
    <message>
        <source>Distance to the float model (KL)</source>
        <translation>Abstand zum Float-Modell (KL)</translation>
    </message>
    <message>
        <source>Error of each block&apos;s output</source>
        <translation>Fehler der Ausgabe jedes Blocks</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>Gradientennorm</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Loss on the text itself (CE)</source>
        <translation>Verlust auf dem Text selbst (CE)</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Perplexity of the answers</source>
        <translation>Perplexität der Antworten</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>Tokens je Sekunde</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>Validierungsverlust</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>Choose the model</source>
        <translation>Modell wählen</translation>
    </message>
</context>
<context>
    <name>ModelStep</name>
    <message>
        <source>%1 is no model: a folder with a config.json or one GGUF file is wanted.</source>
        <translation>%1 ist kein Modell: Gebraucht wird ein Ordner mit config.json oder eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message numerus="yes">
        <source>%Ln downloads</source>
        <translation>
            <numerusform>%Ln Download</numerusform>
            <numerusform>%Ln Downloads</numerusform>
        </translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>At 4 bits, roughly, from the number of weights. Choose it for a real plan.</source>
        <translation>Bei 4 Bits, grob nach der Zahl der Gewichte. Für einen echten Plan auswählen.</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>Passt</translation>
    </message>
    <message>
        <source>Found on the hub, those that fit first</source>
        <translation>Auf dem Hub gefunden, passende zuerst</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Looking at the model…</source>
        <translation>Modell wird angesehen…</translation>
    </message>
    <message>
        <source>No model is chosen yet</source>
        <translation>Noch kein Modell gewählt</translation>
    </message>
    <message>
        <source>Not on this computer yet; a run downloads it.</source>
        <translation>Noch nicht auf diesem Computer; ein Lauf lädt es herunter.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Open a GGUF model</source>
        <translation>GGUF-Modell öffnen</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche…</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>Gespeichert als</translation>
    </message>
    <message>
        <source>Suggestions and recent models, those that fit first</source>
        <translation>Vorschläge und zuletzt benutzte Modelle, passende zuerst</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>Knapp</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>Zu groß</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Vokabular</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>terms to accept</source>
        <translation>Bedingungen annehmen</translation>
    </message>
    <message>
        <source>the starter: small enough to try everything</source>
        <translation>das Startmodell: klein genug, um alles zu probieren</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
</context>
<context>
    <name>ModelView</name>
    <message>
        <source>Access token for the hub</source>
        <translation>Zugriffstoken für den Hub</translation>
    </message>
    <message>
        <source>Access token…</source>
        <translation>Zugriffstoken…</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Drop a model folder or a GGUF file here</source>
        <translation>Modellordner oder GGUF-Datei hier ablegen</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>For models whose terms have to be accepted first</source>
        <translation>Für Modelle, deren Bedingungen erst angenommen werden müssen</translation>
    </message>
    <message>
        <source>GGUF file…</source>
        <translation>GGUF-Datei…</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search models on the hub</source>
        <translation>Modelle auf dem Hub suchen</translation>
    </message>
    <message>
        <source>Search the hub, for example qwen instruct</source>
        <translation>Auf dem Hub suchen, zum Beispiel qwen instruct</translation>
    </message>
    <message>
        <source>Talk to the model as it is, before any run</source>
        <translation>Mit dem Modell sprechen, wie es ist, vor jedem Lauf</translation>
    </message>
    <message>
        <source>Try it in a chat</source>
        <translation>Im Chat ausprobieren</translation>
    </message>
</context>
<context>
    <name>NewRunPage</name>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Feinabstimmung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>Open a recipe</source>
        <translation>Rezept öffnen</translation>
    </message>
    <message>
        <source>Open recipe</source>
        <translation>Rezept öffnen</translation>
    </message>
    <message>
        <source>Precision and repair</source>
        <translation>Bits und Reparatur</translation>
    </message>
    <message>
        <source>Recipes (*.toml)</source>
        <translation>Rezepte (*.toml)</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>Rezept speichern</translation>
    </message>
    <message>
        <source>Save recipe as…</source>
        <translation>Rezept speichern unter …</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>Rezept speichern</translation>
    </message>
    <message>
        <source>Show as TOML</source>
        <translation>Als TOML zeigen</translation>
    </message>
    <message>
        <source>Steps of a new run</source>
        <translation>Schritte eines neuen Laufs</translation>
    </message>
    <message>
        <source>The recipe as TOML</source>
        <translation>Das Rezept als TOML</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>What differs from the defaults. lowbit run takes the same file.</source>
        <translation>Was von den Vorgaben abweicht. lowbit run nimmt dieselbe Datei.</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
</context>
<context>
    <name>Number</name>
    <message>
        <source>infinite</source>
        <translation>unendlich</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>keine Zahl</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
</context>
<context>
    <name>PlotView</name>
    <message>
        <source>Fit</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Logarithmic scale</source>
        <translation>Logarithmische Skala</translation>
    </message>
    <message>
        <source>Save the numbers</source>
        <translation>Zahlen speichern</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Show everything again</source>
        <translation>Wieder alles zeigen</translation>
    </message>
    <message>
        <source>Show the numbers as a table</source>
        <translation>Die Zahlen als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>{plot}: numbers</source>
        <translation>{plot}: Zahlen</translation>
    </message>
</context>
<context>
    <name>PrecisionStep</name>
    <message>
        <source>%1 bits, repair: %2</source>
        <translation>%1 Bits, Reparatur: %2</translation>
    </message>
    <message>
        <source>%1 bits: a mixture of 2 and 4; the matrices that lose most get 4. Needs a repair.</source>
        <translation>%1 Bits: eine Mischung aus 2 und 4; die Matrizen, die am meisten verlieren, bekommen 4. Braucht eine Reparatur.</translation>
    </message>
    <message>
        <source>, %1 memory</source>
        <translation>, %1 Speicher</translation>
    </message>
    <message>
        <source>2 bits: the smallest. Needs a repair, and shows.</source>
        <translation>2 Bits: am kleinsten. Braucht eine Reparatur, und man merkt es.</translation>
    </message>
    <message>
        <source>3 bits: a loss that a repair makes small.</source>
        <translation>3 Bits: ein Verlust, den eine Reparatur klein macht.</translation>
    </message>
    <message>
        <source>4 bits: close to the original, less than a third of its size.</source>
        <translation>4 Bits: nah am Original, weniger als ein Drittel seiner Größe.</translation>
    </message>
    <message>
        <source>8 bits: practically the original, a little over half its size.</source>
        <translation>8 Bits: praktisch das Original, etwas mehr als halb so groß.</translation>
    </message>
    <message>
        <source>Automatic: the most bits that fit when the run starts, %1 as things stand.</source>
        <translation>Automatisch: die meisten Bits, die passen, wenn der Lauf beginnt, derzeit %1.</translation>
    </message>
    <message>
        <source>Below 4 a repair is added.</source>
        <translation>Unter 4 kommt eine Reparatur dazu.</translation>
    </message>
    <message>
        <source>Change the bits</source>
        <translation>Bits ändern</translation>
    </message>
    <message>
        <source>Choose the repair</source>
        <translation>Reparatur wählen</translation>
    </message>
    <message>
        <source>Fit my device</source>
        <translation>Passend zum Gerät</translation>
    </message>
    <message>
        <source>Stored: %2 bits a weight, everything counted.</source>
        <translation>Gespeichert: %2 Bits je Gewicht, alles mitgezählt.</translation>
    </message>
    <message>
        <source>What fits (%1 bits), repair: %2</source>
        <translation>Was passt (%1 Bits), Reparatur: %2</translation>
    </message>
    <message>
        <source>about %1 more</source>
        <translation>etwa %1 mehr</translation>
    </message>
    <message>
        <source>no extra time</source>
        <translation>keine zusätzliche Zeit</translation>
    </message>
</context>
<context>
    <name>PrecisionView</name>
    <message>
        <source>Bits a weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Fit my device</source>
        <translation>Passend zum Gerät</translation>
    </message>
    <message>
        <source>Repair of the rounding error</source>
        <translation>Reparatur des Rundungsfehlers</translation>
    </message>
    <message>
        <source>The most bits whose run fits into what is free when it starts</source>
        <translation>Die meisten Bits, deren Lauf in das passt, was bei seinem Start frei ist</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>60 steps on little calibration text: to see whether it works at all.</source>
        <translation>60 Schritte mit wenig Kalibriertext: um zu sehen, ob es überhaupt läuft.</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Once through your data. Right for most.</source>
        <translation>Einmal durch die Daten. Meistens richtig.</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <source>Three times through your data on more calibration text; stops early when it no longer helps.</source>
        <translation>Dreimal durch die Daten, mit mehr Kalibriertext; endet früher, wenn es nichts mehr bringt.</translation>
    </message>
    <message>
        <source>Your own settings.</source>
        <translation>Eigene Einstellungen.</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>Ask again</source>
        <translation>Neu fragen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Edit and ask again; what came after it goes</source>
        <translation>Bearbeiten und neu fragen; was danach kam, entfällt</translation>
    </message>
    <message>
        <source>Edit the question</source>
        <translation>Frage bearbeiten</translation>
    </message>
    <message>
        <source>Keep the question as it was</source>
        <translation>Die Frage lassen, wie sie war</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>Du: %1</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Navigation</source>
        <translation>Navigation</translation>
    </message>
</context>
<context>
    <name>RecipeFields</name>
    <message>
        <source>A file (jsonl, json, csv, tsv, parquet, arrow, txt), a folder of them, hub:NAME, or sample:NAME for a sample that comes with the program. Empty: no fine-tuning.</source>
        <translation>Eine Datei (jsonl, json, csv, tsv, parquet, arrow, txt), ein Ordner davon, hub:NAME, oder sample:NAME für ein mitgeliefertes Beispiel. Leer: keine Feinabstimmung.</translation>
    </message>
    <message>
        <source>Bits a weight: 2, 3, 4 or 8, any number between for a mixture of these, or auto for the best that fits the device.</source>
        <translation>Bits je Gewicht: 2, 3, 4 oder 8, jede Zahl dazwischen für eine Mischung daraus, oder auto für das Beste, das auf das Gerät passt.</translation>
    </message>
    <message>
        <source>Bits of embedding and head; 0 leaves them in 16.</source>
        <translation>Bits von Embedding und Ausgabekopf; 0 lässt sie bei 16.</translation>
    </message>
    <message>
        <source>Branch, tag or commit on the hub; empty takes main.</source>
        <translation>Zweig, Tag oder Commit auf dem Hub; leer nimmt main.</translation>
    </message>
    <message>
        <source>Calibration sequences.</source>
        <translation>Kalibriersequenzen.</translation>
    </message>
    <message>
        <source>Closed forms: rounds of quantization and low-rank term; the best is kept. auto: 5 for loftq, 2 for activation.</source>
        <translation>Geschlossene Formen: Runden aus Quantisierung und Term niedrigen Rangs, die beste wird behalten. auto: 5 bei loftq, 2 bei activation.</translation>
    </message>
    <message>
        <source>Codes made elsewhere that are packed as they are, so that bits, codec, group size and solver do not count: auto keeps those of a model.source that has some (a GPTQ checkpoint, a LoftQ folder with its adapter), new quantizes its values again; or the folder of such a quantized version of model.source.</source>
        <translation>Anderswo gemachte Codes, die gepackt werden, wie sie sind, sodass Bits, Codec, Gruppengröße und Verfahren nicht zählen: auto behält die einer model.source, die welche hat (ein GPTQ-Checkpoint, ein LoftQ-Ordner mit seinem Adapter), new quantisiert die Werte neu; oder der Ordner einer solchen quantisierten Ausgabe von model.source.</translation>
    </message>
    <message>
        <source>Decoupled weight decay.</source>
        <translation>Entkoppelter Gewichtsabbau (weight decay).</translation>
    </message>
    <message>
        <source>Dropout before the adapter.</source>
        <translation>Dropout vor dem Adapter.</translation>
    </message>
    <message>
        <source>Folder of the run folders; empty takes the app&apos;s own.</source>
        <translation>Ordner für die Läufe; leer nimmt den eigenen der App.</translation>
    </message>
    <message>
        <source>Grid of levels: evenly spaced (integer) or spaced like a normal distribution (normal-float).</source>
        <translation>Raster der Stufen: gleichmäßig (integer) oder wie eine Normalverteilung (normal-float).</translation>
    </message>
    <message>
        <source>Held-back questions the model answers in short at the start and at every measurement, to look at; 0 asks none. It changes nothing in the result.</source>
        <translation>Zurückgehaltene Fragen, die das Modell am Anfang und bei jeder Messung kurz beantwortet, zum Ansehen; 0 stellt keine. Am Ergebnis ändert das nichts.</translation>
    </message>
    <message>
        <source>Hold these hidden states in the computer&apos;s RAM.</source>
        <translation>Diese verborgenen Zustände im Arbeitsspeicher halten.</translation>
    </message>
    <message>
        <source>How a row is laid out; auto finds it from the content. gsm8k: question and answer as LoftQ&apos;s published protocol asks and teaches them, without a chat template.</source>
        <translation>Wie eine Zeile aufgebaut ist; auto findet es aus dem Inhalt. gsm8k: Frage und Antwort, wie LoftQs veröffentlichtes Verfahren sie stellt und lehrt, ohne Chatvorlage.</translation>
    </message>
    <message>
        <source>How codes are chosen: nearest level, scale by error search, or GPTQ (error feedback on calibration text).</source>
        <translation>Wie Codes gewählt werden: nächste Stufe (nearest), Skala durch Fehlersuche (search) oder GPTQ (Fehlerrückführung mit Kalibriertext).</translation>
    </message>
    <message>
        <source>How the adapter for your task is trained.</source>
        <translation>Wie der Adapter für die eigene Aufgabe trainiert wird.</translation>
    </message>
    <message>
        <source>How the learning rate falls after the warm-up.</source>
        <translation>Wie die Lernrate nach dem Aufwärmen fällt.</translation>
    </message>
    <message>
        <source>How the quantization error is repaired.</source>
        <translation>Wie der Quantisierungsfehler repariert wird.</translation>
    </message>
    <message>
        <source>How the weights are stored.</source>
        <translation>Wie die Gewichte gespeichert werden.</translation>
    </message>
    <message>
        <source>Integer only: no zero point stored. At 2 bits this is the grid -1, 0, 1, 2 that GGUF calls Q2_0.</source>
        <translation>Nur integer: kein Nullpunkt gespeichert. Bei 2 Bits ist das das Raster -1, 0, 1, 2, das GGUF Q2_0 nennt.</translation>
    </message>
    <message>
        <source>Its scale is alpha/rank.</source>
        <translation>Die Skala ist alpha/rank.</translation>
    </message>
    <message>
        <source>Keep one hidden state a block and recompute the rest: less memory, a third more time.</source>
        <translation>Einen verborgenen Zustand je Block behalten und den Rest neu berechnen: weniger Speicher, ein Drittel mehr Zeit.</translation>
    </message>
    <message>
        <source>LREC and trained codes: optimizer steps.</source>
        <translation>LREC und trainierte Codes: Optimierschritte.</translation>
    </message>
    <message>
        <source>LREC and trained codes: peak learning rate of the low-rank term and the scales.</source>
        <translation>LREC und trainierte Codes: höchste Lernrate des Terms niedrigen Rangs und der Skalen.</translation>
    </message>
    <message>
        <source>LREC and trained codes: sequences in a step.</source>
        <translation>LREC und trainierte Codes: Sequenzen je Schritt.</translation>
    </message>
    <message>
        <source>LREC and trained codes: text learned from: self (sampled from the float model), data (your rows) or a file.</source>
        <translation>LREC und trainierte Codes: Text, aus dem gelernt wird: self (vom Float-Modell erzeugt), data (die eigenen Zeilen) oder eine Datei.</translation>
    </message>
    <message>
        <source>LREC and trained codes: tokens in a sequence.</source>
        <translation>LREC und trainierte Codes: Tokens je Sequenz.</translation>
    </message>
    <message>
        <source>LREC and trained codes: tokens of that text.</source>
        <translation>LREC und trainierte Codes: Tokens dieses Textes.</translation>
    </message>
    <message>
        <source>LREC: keep the float model on the device, or stream it once and cache its last hidden states on disk.</source>
        <translation>LREC: das Float-Modell auf dem Gerät behalten, oder es einmal durchreichen und seine letzten verborgenen Zustände auf der Platte aufheben.</translation>
    </message>
    <message>
        <source>LREC: train the quantization scales too.</source>
        <translation>LREC: auch die Skalen der Quantisierung trainieren.</translation>
    </message>
    <message>
        <source>LREC: weight of KL(float model || quantized model), mean over tokens.</source>
        <translation>LREC: Gewicht von KL(Float-Modell || quantisiertes Modell), Mittel über die Tokens.</translation>
    </message>
    <message>
        <source>LREC: weight of the cross-entropy on the real next token, mean over tokens.</source>
        <translation>LREC: Gewicht der Kreuzentropie des echten nächsten Tokens, Mittel über die Tokens.</translation>
    </message>
    <message>
        <source>LREC: what training starts from: one of the closed forms, or a low-rank term that changes nothing.</source>
        <translation>LREC: womit das Training beginnt: mit einer der geschlossenen Formen oder einem Term niedrigen Rangs, der nichts ändert.</translation>
    </message>
    <message>
        <source>Largest gradient norm; 0 does not clip.</source>
        <translation>Größte Gradientennorm; 0 begrenzt nicht.</translation>
    </message>
    <message>
        <source>Longest training example in tokens; longer rows are cut or refused as the report says.</source>
        <translation>Längstes Trainingsbeispiel in Tokens; längere Zeilen werden abgeschnitten oder abgelehnt, wie der Bericht sagt.</translation>
    </message>
    <message>
        <source>Matrices left as they are, by name pattern (shell style), besides embeddings, head and norms.</source>
        <translation>Matrizen, die bleiben, wie sie sind, nach Namensmuster (wie in der Shell), außer Embeddings, Ausgabekopf und Normen.</translation>
    </message>
    <message>
        <source>Matrices that get an adapter: all, or last parts of names such as q_proj.</source>
        <translation>Matrizen, die einen Adapter bekommen: all, oder letzte Namensteile wie q_proj.</translation>
    </message>
    <message>
        <source>Name of the run; empty makes one from model and bits.</source>
        <translation>Name des Laufs; leer bildet einen aus Modell und Bits.</translation>
    </message>
    <message>
        <source>Number format of the computation; auto takes bf16 where it is fast.</source>
        <translation>Zahlenformat der Rechnung; auto nimmt bf16, wo es schnell ist.</translation>
    </message>
    <message>
        <source>Number format of the trained adapter and its gradients; bf16 halves both. Sums are fp32 either way.</source>
        <translation>Zahlenformat des trainierten Adapters und seiner Gradienten; bf16 halbiert beides. Summen sind immer fp32.</translation>
    </message>
    <message>
        <source>Optimizer steps; 0 counts by epochs.</source>
        <translation>Optimierschritte; 0 zählt nach Durchgängen.</translation>
    </message>
    <message>
        <source>Other ranks for some matrices: name pattern (shell style) to rank, e.g. down_proj = 16 or &quot;layers.0.*&quot; = 32; 0 is no repair. The first that fits counts.</source>
        <translation>Andere Ränge für manche Matrizen: Namensmuster (wie in der Shell) zu Rang, z. B. down_proj = 16 oder &quot;layers.0.*&quot; = 32; 0 ist keine Reparatur. Das erste passende zählt.</translation>
    </message>
    <message>
        <source>Passes over the data, unless steps is set.</source>
        <translation>Durchgänge durch die Daten, wenn steps nicht gesetzt ist.</translation>
    </message>
    <message>
        <source>Peak learning rate.</source>
        <translation>Höchste Lernrate.</translation>
    </message>
    <message>
        <source>Put rows of like length together; saves padding.</source>
        <translation>Ähnlich lange Zeilen zusammenlegen; spart Füllung.</translation>
    </message>
    <message>
        <source>Put several short examples into one row; they never see each other.</source>
        <translation>Mehrere kurze Beispiele in eine Zeile legen; sie sehen einander nie.</translation>
    </message>
    <message>
        <source>Questions of each task that are asked; 0 asks all.</source>
        <translation>So viele Fragen jeder Aufgabe werden gestellt; 0 stellt alle.</translation>
    </message>
    <message>
        <source>Rank of a stacked or fresh adapter.</source>
        <translation>Rang eines zweiten oder neuen Adapters.</translation>
    </message>
    <message>
        <source>Rank of the repair&apos;s low-rank term; it is counted in the bits.</source>
        <translation>Rang des Reparaturterms; er zählt bei den Bits mit.</translation>
    </message>
    <message>
        <source>Role to column name where the file&apos;s names differ, e.g. prompt = &quot;frage&quot;. Roles: messages, system, prompt, completion, text.</source>
        <translation>Rolle zu Spaltenname, wo die Namen der Datei anders sind, z. B. prompt = &quot;frage&quot;. Rollen: messages, system, prompt, completion, text.</translation>
    </message>
    <message>
        <source>Rows held back to measure on: a share between 0 and 0.5, or a file.</source>
        <translation>Zum Messen zurückgehaltene Zeilen: ein Anteil zwischen 0 und 0,5, oder eine Datei.</translation>
    </message>
    <message>
        <source>Seed of every random choice.</source>
        <translation>Startwert aller zufälligen Entscheidungen.</translation>
    </message>
    <message>
        <source>Sequences on the device at once.</source>
        <translation>Sequenzen auf einmal auf dem Gerät.</translation>
    </message>
    <message>
        <source>Share of the steps in which the learning rate rises.</source>
        <translation>Anteil der Schritte, in denen die Lernrate steigt.</translation>
    </message>
    <message>
        <source>Steps between measurements on the validation rows; 0 measures at the end only.</source>
        <translation>Schritte zwischen Messungen an den Validierungszeilen; 0 misst nur am Ende.</translation>
    </message>
    <message>
        <source>Steps between saves a run can be resumed from; 0 saves at the end only.</source>
        <translation>Schritte zwischen Sicherungen, von denen ein Lauf fortgesetzt werden kann; 0 sichert nur am Ende.</translation>
    </message>
    <message>
        <source>Stop after this many measurements without a better one; 0 never stops early. The best is kept either way.</source>
        <translation>Nach so vielen Messungen ohne eine bessere aufhören; 0 hört nie früher auf. Die beste wird in jedem Fall behalten.</translation>
    </message>
    <message>
        <source>Such batches in one optimizer step.</source>
        <translation>Solche Stapel in einem Optimierschritt.</translation>
    </message>
    <message>
        <source>Tasks with generated answers: gsm8k:FILE, a jsonl file of questions and answers, marked by exact match.</source>
        <translation>Aufgaben mit erzeugten Antworten: gsm8k:FILE, eine jsonl-Datei mit Fragen und Antworten, die genau stimmen müssen.</translation>
    </message>
    <message>
        <source>Text file for perplexity (.jsonl: a text a line, as C4 comes); empty takes the validation rows, and without data a sample that comes with the program.</source>
        <translation>Textdatei für die Perplexität (.jsonl: ein Text je Zeile, wie bei C4); leer nimmt die Validierungszeilen, und ohne Daten ein mitgeliefertes Beispiel.</translation>
    </message>
    <message>
        <source>Text the solver looks at: self (sampled from the model), data (your rows) or a text or jsonl file.</source>
        <translation>Text, den das Verfahren ansieht: self (vom Modell erzeugt), data (die eigenen Zeilen) oder eine Text- oder jsonl-Datei.</translation>
    </message>
    <message>
        <source>Tokens a window moves on; 0 is the context, so windows do not overlap.</source>
        <translation>Tokens, um die ein Fenster weiterrückt; 0 ist der Kontext, dann überlappen Fenster nicht.</translation>
    </message>
    <message>
        <source>Tokens in a calibration sequence.</source>
        <translation>Tokens je Kalibriersequenz.</translation>
    </message>
    <message>
        <source>Tokens in a window.</source>
        <translation>Tokens in einem Fenster.</translation>
    </message>
    <message>
        <source>Trained codes: peak learning rate of the latent weights, in steps of their grid.</source>
        <translation>Trainierte Codes: höchste Lernrate der latenten Gewichte, in Stufen ihres Rasters.</translation>
    </message>
    <message>
        <source>Trained codes: the whole model at once (18 bytes a weight), or block after block, where steps are those of each block; auto takes the whole model where it fits.</source>
        <translation>Trainierte Codes: das ganze Modell auf einmal (18 Bytes je Gewicht) oder Block nach Block, wobei die Schritte für jeden Block gelten; auto nimmt das ganze Modell, wo es passt.</translation>
    </message>
    <message>
        <source>Weight-decomposed adapter (DoRA).</source>
        <translation>Adapter mit zerlegten Gewichten (DoRA).</translation>
    </message>
    <message>
        <source>Weights that share one scale, along the input; 0 is one scale a row.</source>
        <translation>Gewichte, die sich eine Skala teilen, entlang der Eingabe; 0 ist eine Skala je Zeile.</translation>
    </message>
    <message>
        <source>What is measured at the end.</source>
        <translation>Was am Ende gemessen wird.</translation>
    </message>
    <message>
        <source>What it is fine-tuned on.</source>
        <translation>Womit feinabgestimmt wird.</translation>
    </message>
    <message>
        <source>What the model does. Only causal-lm (text in, text out) so far.</source>
        <translation>Was das Modell tut. Bisher nur causal-lm (Text hinein, Text heraus).</translation>
    </message>
    <message>
        <source>Where fractional bits go: to the matrices that lose most, or LoftQ&apos;s first layers at 4 bits.</source>
        <translation>Wohin Bruchteile von Bits gehen: zu den Matrizen, die am meisten verlieren, oder LoftQs erste Schichten mit 4 Bits.</translation>
    </message>
    <message>
        <source>Where it runs.</source>
        <translation>Wo es läuft.</translation>
    </message>
    <message>
        <source>Where results go.</source>
        <translation>Wohin Ergebnisse kommen.</translation>
    </message>
    <message>
        <source>Where the token embedding lies while training; ram: rows are fetched as they are needed. auto: in RAM beside a GPU. One that is also the output head stays on the device.</source>
        <translation>Wo das Token-Embedding beim Training liegt; ram: Zeilen werden bei Bedarf geholt. auto: neben einer GPU im Arbeitsspeicher. Eines, das zugleich der Ausgabekopf ist, bleibt auf dem Gerät.</translation>
    </message>
    <message>
        <source>Which model.</source>
        <translation>Welches Modell.</translation>
    </message>
    <message>
        <source>Which tokens are learned: every assistant turn, only the last answer, or everything.</source>
        <translation>Welche Tokens gelernt werden: jeder Beitrag von assistant, nur die letzte Antwort, oder alles.</translation>
    </message>
    <message>
        <source>Windows measured; 0 takes the whole text.</source>
        <translation>Gemessene Fenster; 0 nimmt den ganzen Text.</translation>
    </message>
    <message>
        <source>auto takes the 8-bit paged AdamW where the device has it.</source>
        <translation>auto nimmt das ausgelagerte 8-Bit-AdamW, wo das Gerät es hat.</translation>
    </message>
    <message>
        <source>continue: train the repair&apos;s adapter on; stack: a second one beside it; fresh: drop the repair&apos;s.</source>
        <translation>continue: den Adapter der Reparatur weitertrainieren; stack: ein zweiter daneben; fresh: den der Reparatur weglassen.</translation>
    </message>
    <message>
        <source>none; activation: a low-rank term from the activations, in closed form (QERA, CLoQ); loftq: quantization and SVD in turns, with nearest or search without any text; lrec: adapters (and scales) distilled from the float model; qad: the codes themselves distilled, the best there is for its bits where the memory allows it.</source>
        <translation>none: keine; activation: ein Term niedrigen Rangs aus den Aktivierungen, in geschlossener Form (QERA, CLoQ); loftq: Quantisierung und SVD im Wechsel, mit nearest oder search ganz ohne Text; lrec: Adapter (und Skalen), vom Float-Modell destilliert; qad: die Codes selbst destilliert, das Beste für seine Bits, wo der Speicher es erlaubt.</translation>
    </message>
    <message>
        <source>starter (SmolLM2-135M-Instruct), hub:ORG/NAME, path:DIR (a Hugging Face folder) or gguf:FILE.</source>
        <translation>starter (SmolLM2-135M-Instruct), hub:ORG/NAME, path:DIR (ein Hugging-Face-Ordner) oder gguf:FILE.</translation>
    </message>
</context>
<context>
    <name>RecipeNames</name>
    <message>
        <source>Accumulate</source>
        <translation>Gesammelte Stapel</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>Adapter precision</source>
        <translation>Genauigkeit des Adapters</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Ce weight</source>
        <translation>Gewicht CE</translation>
    </message>
    <message>
        <source>Checkpoint every</source>
        <translation>Sicherung alle</translation>
    </message>
    <message>
        <source>Checkpointing</source>
        <translation>Neuberechnung</translation>
    </message>
    <message>
        <source>Codec</source>
        <translation>Codec</translation>
    </message>
    <message>
        <source>Codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Dir</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Dora</source>
        <translation>DoRA</translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation>Dropout</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>Embedding</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Messung</translation>
    </message>
    <message>
        <source>Evaluate every</source>
        <translation>Messung alle</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Gradient clip</source>
        <translation>Gradientengrenze</translation>
    </message>
    <message>
        <source>Group by length</source>
        <translation>Nach Länge ordnen</translation>
    </message>
    <message>
        <source>Group size</source>
        <translation>Gruppengröße</translation>
    </message>
    <message>
        <source>Head bits</source>
        <translation>Bits des Kopfs</translation>
    </message>
    <message>
        <source>Iterations</source>
        <translation>Runden</translation>
    </message>
    <message>
        <source>Kl weight</source>
        <translation>Gewicht KL</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Loss on</source>
        <translation>Verlust auf</translation>
    </message>
    <message>
        <source>Max length</source>
        <translation>Größte Länge</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Mixed</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Offload</source>
        <translation>Auslagern</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>Optimierer</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Packing</source>
        <translation>Packen</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>Geduld</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>Ranks</source>
        <translation>Ränge</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>Revision</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Sequenzen</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Scope</source>
        <translation>Umfang</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Solver</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>Schrittweite</translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation>Symmetrisch</translation>
    </message>
    <message>
        <source>Targets</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Train scales</source>
        <translation>Skalen trainieren</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>Feinabstimmung</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>Validierung</translation>
    </message>
    <message>
        <source>Warmup</source>
        <translation>Aufwärmen</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>Gewichtsabbau</translation>
    </message>
    <message>
        <source>Weight learning rate</source>
        <translation>Lernrate der Gewichte</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Perplexity of the answers {value}</source>
        <translation>Perplexität der Antworten {value}</translation>
    </message>
    <message>
        <source>Perplexity {value}</source>
        <translation>Perplexität {value}</translation>
    </message>
    <message>
        <source>{text} (float {value})</source>
        <translation>{text} (Float {value})</translation>
    </message>
    <message>
        <source>{text}, {factor} times smaller</source>
        <translation>{text}, {factor}-mal kleiner</translation>
    </message>
</context>
<context>
    <name>ReportModel</name>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Bits a parameter of the whole model, with embeddings, head and norms.</source>
        <translation>Bits je Parameter des ganzen Modells, mit Embeddings, Ausgabekopf und Normen.</translation>
    </message>
    <message>
        <source>Bits a quantized weight; scales and adapters are counted.</source>
        <translation>Bits je quantisiertem Gewicht; Skalen und Adapter sind mitgezählt.</translation>
    </message>
    <message>
        <source>Bytes of the whole model, adapters included.</source>
        <translation>Bytes des ganzen Modells, mit Adaptern.</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>How far its predictions are from the float model&apos;s (KL, nats a token).</source>
        <translation>Wie weit die Vorhersagen von denen des Float-Modells entfernt sind (KL, Nats je Token).</translation>
    </message>
    <message>
        <source>How fast it writes.</source>
        <translation>Wie schnell es schreibt.</translation>
    </message>
    <message>
        <source>How surprised the model is by the text; lower is better.</source>
        <translation>Wie überrascht das Modell vom Text ist; kleiner ist besser.</translation>
    </message>
    <message>
        <source>Its size over that of the quantized model without repair and adapter.</source>
        <translation>Seine Größe geteilt durch die des quantisierten Modells ohne Reparatur und Adapter.</translation>
    </message>
    <message>
        <source>Model bits</source>
        <translation>Bits gesamt</translation>
    </message>
    <message>
        <source>Of quantized</source>
        <translation>Zum quantisierten</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Same word</source>
        <translation>Gleiches Wort</translation>
    </message>
    <message>
        <source>Share of tokens where it agrees with the float model on the likeliest one.</source>
        <translation>Anteil der Tokens, bei denen es mit dem Float-Modell über das wahrscheinlichste einig ist.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>Tokens je Sekunde</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>Variante</translation>
    </message>
</context>
<context>
    <name>ReportView</name>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
</context>
<context>
    <name>RowsModel</name>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgelehnt: %1</translation>
    </message>
    <message>
        <source>used</source>
        <translation>benutzt</translation>
    </message>
</context>
<context>
    <name>RunHeader</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Go on where it was saved</source>
        <translation>Von der letzten Sicherung an weitermachen</translation>
    </message>
    <message>
        <source>New run like this</source>
        <translation>Neuer Lauf wie dieser</translation>
    </message>
    <message>
        <source>One prompt to the original and the result, side by side</source>
        <translation>Ein Prompt an das Original und das Ergebnis, nebeneinander</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Save and end; what was made so far can be used</source>
        <translation>Speichern und beenden; was bisher entstand, ist brauchbar</translation>
    </message>
    <message>
        <source>Save, and give the device&apos;s memory back; Resume goes on</source>
        <translation>Speichern und den Speicher des Geräts freigeben; Fortsetzen macht weiter</translation>
    </message>
    <message>
        <source>Show the run&apos;s files</source>
        <translation>Die Dateien des Laufs zeigen</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>Anhalten, speichern</translation>
    </message>
    <message>
        <source>Take this run&apos;s recipe for a new run</source>
        <translation>Das Rezept dieses Laufs für einen neuen nehmen</translation>
    </message>
    <message>
        <source>Talk with the result</source>
        <translation>Mit dem Ergebnis sprechen</translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message>
        <source> ({count} times)</source>
        <translation> ({count}-mal)</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>Bricht ab</translation>
    </message>
    <message>
        <source>Choose one under Runs, or start a new one.</source>
        <translation>Unter Läufe einen wählen oder einen neuen starten.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>Ignorieren</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Interrupted; it can go on from its last save.</source>
        <translation>Unterbrochen; es kann von der letzten Sicherung an weitergehen.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Measured so far</source>
        <translation>Bisher gemessen</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>No run is open</source>
        <translation>Kein Lauf geöffnet</translation>
    </message>
    <message>
        <source>Nothing so far. A rising loss, a plateau or memory that spills shows up here.</source>
        <translation>Bisher nichts. Ein steigender Verlust, ein Stillstand oder überlaufender Speicher zeigt sich hier.</translation>
    </message>
    <message>
        <source>Nothing stood out in this run.</source>
        <translation>In diesem Lauf fiel nichts auf.</translation>
    </message>
    <message>
        <source>Open log</source>
        <translation>Protokoll öffnen</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Pausing</source>
        <translation>Pausiert gleich</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Report, layers, samples and log</source>
        <translation>Bericht, Schichten, Beispiele und Protokoll</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Saving at the next safe point…</source>
        <translation>Wird an der nächsten sicheren Stelle gespeichert…</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet…</translation>
    </message>
    <message>
        <source>Stop, keep best</source>
        <translation>Anhalten, besten behalten</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Hält an</translation>
    </message>
    <message>
        <source>The answers of the held-back rows, so far</source>
        <translation>Bisher die Antworten der zurückgehaltenen Zeilen</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Waits until the device is free.</source>
        <translation>Wartet, bis das Gerät frei ist.</translation>
    </message>
    <message>
        <source>done before</source>
        <translation>schon erledigt</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>gespeichert</translation>
    </message>
    <message>
        <source>working</source>
        <translation>arbeitet</translation>
    </message>
    <message>
        <source>{text}: {tokens} tokens on {device}</source>
        <translation>{text}: {tokens} Tokens auf {device}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
</context>
<context>
    <name>RunState</name>
    <message>
        <source>Paused in {stage} at {step}</source>
        <translation>Pausiert in {stage} bei {step}</translation>
    </message>
    <message>
        <source>Resumed {name}</source>
        <translation>{name} fortgesetzt</translation>
    </message>
    <message>
        <source>Started {name}</source>
        <translation>{name} gestartet</translation>
    </message>
    <message>
        <source>Written: {path}, {size}</source>
        <translation>Geschrieben: {path}, {size}</translation>
    </message>
    <message>
        <source>{stage} begins</source>
        <translation>{stage} beginnt</translation>
    </message>
    <message>
        <source>{stage} goes on at {step}</source>
        <translation>{stage} geht bei {step} weiter</translation>
    </message>
    <message>
        <source>{stage}: done before</source>
        <translation>{stage}: schon erledigt</translation>
    </message>
    <message>
        <source>{stage}: done in {time}</source>
        <translation>{stage}: fertig in {time}</translation>
    </message>
    <message>
        <source>{step}, {time} left</source>
        <translation>{step}, noch {time}</translation>
    </message>
</context>
<context>
    <name>RunsModel</name>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>Nicht gestartet</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Gestartet</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
</context>
<context>
    <name>RunsPage</name>
    <message>
        <source>A run appears here as soon as it is started.</source>
        <translation>Ein Lauf erscheint hier, sobald er gestartet ist.</translation>
    </message>
    <message>
        <source>Delete runs</source>
        <translation>Läufe löschen</translation>
    </message>
    <message>
        <source>Delete the folder by hand if you do not want it any more.</source>
        <translation>Den Ordner von Hand löschen, wenn er nicht mehr gebraucht wird.</translation>
    </message>
    <message>
        <source>Frontier: {group}</source>
        <translation>Vergleich: {group}</translation>
    </message>
    <message>
        <source>Move {names} to the trash, with their models and adapters?</source>
        <translation>{names} mit Modellen und Adaptern in den Papierkorb legen?</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>No runs yet</source>
        <translation>Noch keine Läufe</translation>
    </message>
    <message>
        <source>Runs: {group}</source>
        <translation>Läufe: {group}</translation>
    </message>
    <message>
        <source>Select two runs to see in what their recipes differ.</source>
        <translation>Zwei Läufe auswählen, um zu sehen, worin sich ihre Rezepte unterscheiden.</translation>
    </message>
    <message>
        <source>The notes could not be saved.</source>
        <translation>Die Notizen konnten nicht gespeichert werden.</translation>
    </message>
    <message>
        <source>The two recipes are the same.</source>
        <translation>Die beiden Rezepte sind gleich.</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>{model} on {text}</source>
        <translation>{model} mit {text}</translation>
    </message>
    <message>
        <source>{name} could not be moved to the trash.</source>
        <translation>{name} konnte nicht in den Papierkorb gelegt werden.</translation>
    </message>
    <message>
        <source>{run}, validation</source>
        <translation>{run}, Validierung</translation>
    </message>
</context>
<context>
    <name>RunsView</name>
    <message>
        <source>Curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Differences of two recipes</source>
        <translation>Unterschiede zweier Rezepte</translation>
    </message>
    <message>
        <source>Filter by name, model, repair, state or notes</source>
        <translation>Nach Name, Modell, Reparatur, Zustand oder Notizen filtern</translation>
    </message>
    <message>
        <source>Filter the runs</source>
        <translation>Läufe filtern</translation>
    </message>
    <message>
        <source>Frontier, curves, recipe difference and notes</source>
        <translation>Qualität, Kurven, Rezeptunterschied und Notizen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Loss of the selected runs</source>
        <translation>Verlust der ausgewählten Läufe</translation>
    </message>
    <message>
        <source>Measure…</source>
        <translation>Messen…</translation>
    </message>
    <message>
        <source>Move the selected runs to the trash (Del)</source>
        <translation>Ausgewählte Läufe in den Papierkorb legen (Entf)</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Notes about the run</source>
        <translation>Notizen zum Lauf</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the run (Enter)</source>
        <translation>Lauf öffnen (Eingabe)</translation>
    </message>
    <message>
        <source>Quality and size</source>
        <translation>Qualität und Größe</translation>
    </message>
    <message>
        <source>Run several bits and repairs one after another, to see what each costs</source>
        <translation>Mehrere Bits und Reparaturen nacheinander laufen lassen, um zu sehen, was jede kostet</translation>
    </message>
    <message>
        <source>Run the points that are still missing</source>
        <translation>Die noch fehlenden Punkte messen</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Save and end; it can go on later</source>
        <translation>Speichern und beenden; später kann es weitergehen</translation>
    </message>
    <message>
        <source>Select runs that were fine-tuned; Ctrl selects several.</source>
        <translation>Feinabgestimmte Läufe auswählen; mit Strg mehrere.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>What you want to remember about this run</source>
        <translation>Woran man sich bei diesem Lauf erinnern will</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
</context>
<context>
    <name>SamplesModel</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>In the data</source>
        <translation>In den Daten</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
</context>
<context>
    <name>SamplesView</name>
    <message>
        <source>Answers by step</source>
        <translation>Antworten nach Schritt</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>In the data</source>
        <translation>In den Daten</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>While the model is fine-tuned, its answers to a few held-back questions appear here.</source>
        <translation>Während der Feinabstimmung erscheinen hier die Antworten des Modells auf ein paar zurückgehaltene Fragen.</translation>
    </message>
</context>
<context>
    <name>Sampling</name>
    <message>
        <source>How adventurous the answers are. 0 always takes the likeliest word; above 1 gets wild.</source>
        <translation>Wie abenteuerlich die Antworten sind. 0 nimmt immer das wahrscheinlichste Wort; über 1 wird es wild.</translation>
    </message>
    <message>
        <source>Keeps only this many of the likeliest words. Off keeps all.</source>
        <translation>Behält nur so viele der wahrscheinlichsten Wörter. Aus behält alle.</translation>
    </message>
    <message>
        <source>Leaves out the unlikeliest words: keeps those that together have this probability. 1 keeps all.</source>
        <translation>Lässt die unwahrscheinlichsten Wörter weg: behält die, die zusammen diese Wahrscheinlichkeit haben. 1 behält alle.</translation>
    </message>
    <message>
        <source>Leaves out words less likely than this share of the likeliest one. 0 keeps all.</source>
        <translation>Lässt Wörter weg, die unwahrscheinlicher sind als dieser Anteil des wahrscheinlichsten. 0 behält alle.</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Makes words that were already said less likely. 1 changes nothing; 1.1 is a mild push.</source>
        <translation>Macht schon gesagte Wörter unwahrscheinlicher. 1 ändert nichts; 1,1 ist ein sanfter Schubs.</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Most tokens of one answer. A token is about three quarters of an English word.</source>
        <translation>Höchstzahl der Tokens einer Antwort. Ein Token ist etwa drei Viertel eines englischen Wortes.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufall</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>The same seed, question and settings give the same answer. Random takes a new one every time.</source>
        <translation>Gleicher Startwert, gleiche Frage und gleiche Einstellungen geben die gleiche Antwort. Zufall nimmt jedes Mal einen neuen.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
</context>
<context>
    <name>SamplingPanel</name>
    <message>
        <source>For example: answer briefly, in plain words.</source>
        <translation>Zum Beispiel: Antworte kurz, in einfachen Worten.</translation>
    </message>
    <message>
        <source>How the model answers</source>
        <translation>Wie das Modell antwortet</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Auswahl der Wörter</translation>
    </message>
    <message>
        <source>Set the usual values</source>
        <translation>Die üblichen Werte setzen</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Usual values</source>
        <translation>Übliche Werte</translation>
    </message>
    <message>
        <source>What the model is told before the conversation: who it is and how to answer.</source>
        <translation>Was dem Modell vor der Unterhaltung gesagt wird: wer es ist und wie es antworten soll.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>%1, %2, driver %3</source>
        <translation>%1, %2, Treiber %3</translation>
    </message>
    <message>
        <source>%1: the kernels were checked</source>
        <translation>%1: Die Kernel sind geprüft</translation>
    </message>
    <message>
        <source>%1: the kernels&apos; check failed: %2</source>
        <translation>%1: Die Prüfung der Kernel ist fehlgeschlagen: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n runs, %1 together</source>
        <translation>
            <numerusform>%n Lauf, zusammen %1</numerusform>
            <numerusform>%n Läufe, zusammen %1</numerusform>
        </translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete %1 (%2) for good?</source>
        <translation>%1 (%2) endgültig löschen?</translation>
    </message>
    <message>
        <source>Folder of runs</source>
        <translation>Ordner der Läufe</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>No token is saved.</source>
        <translation>Kein Token ist gespeichert.</translation>
    </message>
    <message>
        <source>No usable NVIDIA GPU: the processor does the work.</source>
        <translation>Keine nutzbare NVIDIA-GPU: Der Prozessor macht die Arbeit.</translation>
    </message>
    <message>
        <source>Not asked yet</source>
        <translation>Noch nicht gefragt</translation>
    </message>
    <message>
        <source>Only the GPU</source>
        <translation>Nur die GPU</translation>
    </message>
    <message>
        <source>Only the processor</source>
        <translation>Nur den Prozessor</translation>
    </message>
    <message>
        <source>PyTorch %1, CUDA: %2</source>
        <translation>PyTorch %1, CUDA: %2</translation>
    </message>
    <message>
        <source>Signed in as %1</source>
        <translation>Angemeldet als %1</translation>
    </message>
    <message>
        <source>Stop it first.</source>
        <translation>Erst anhalten.</translation>
    </message>
    <message>
        <source>The GPU if it can be used</source>
        <translation>Die GPU, wenn sie nutzbar ist</translation>
    </message>
    <message>
        <source>The engine is being asked what this computer can do.</source>
        <translation>Die Engine wird gefragt, was dieser Computer kann.</translation>
    </message>
    <message>
        <source>This run is going on.</source>
        <translation>Dieser Lauf ist im Gang.</translation>
    </message>
</context>
<context>
    <name>SettingsView</name>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Change the folder of runs</source>
        <translation>Ordner der Läufe ändern</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Enter a token…</source>
        <translation>Token eingeben…</translation>
    </message>
    <message>
        <source>Enter an access token for the hub</source>
        <translation>Ein Zugriffstoken für den Hub eingeben</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget the access token</source>
        <translation>Zugriffstoken vergessen</translation>
    </message>
    <message>
        <source>Hub account</source>
        <translation>Hub-Konto</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Neu prüfen</translation>
    </message>
    <message>
        <source>Look at the device again</source>
        <translation>Das Gerät neu prüfen</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Computer</translation>
    </message>
    <message>
        <source>New runs and chats use</source>
        <translation>Neue Läufe und Chats nutzen</translation>
    </message>
    <message>
        <source>No models yet.</source>
        <translation>Noch keine Modelle.</translation>
    </message>
    <message>
        <source>No runs yet.</source>
        <translation>Noch keine Läufe.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the folder of runs</source>
        <translation>Ordner der Läufe öffnen</translation>
    </message>
    <message>
        <source>Runs on this computer</source>
        <translation>Läufe auf diesem Computer</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Feinabstimmung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Sample text</source>
        <translation>Text erzeugen</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Test</translation>
    </message>
</context>
<context>
    <name>StageTimeline</name>
    <message>
        <source>Stages of the run</source>
        <translation>Stufen des Laufs</translation>
    </message>
</context>
<context>
    <name>Startup</name>
    <message>
        <source>Enter a token</source>
        <translation>Token eingeben</translation>
    </message>
    <message>
        <source>Go to the chat</source>
        <translation>Zum Chat</translation>
    </message>
    <message>
        <source>It goes on from its last save.</source>
        <translation>Es geht von der letzten Sicherung an weiter.</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Plug the computer in, or pause the run.</source>
        <translation>Das Netzteil anschließen oder den Lauf pausieren.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>How to install it</source>
        <translation>So wird es installiert</translation>
    </message>
    <message>
        <source>The run %1 is not finished.</source>
        <translation>Der Lauf %1 ist nicht fertig.</translation>
    </message>
    <message>
        <source>The run failed.</source>
        <translation>Der Lauf ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>The run goes on battery, %1 % left.</source>
        <translation>Der Lauf läuft auf Akku, noch %1 %.</translation>
    </message>
    <message>
        <source>The run is done.</source>
        <translation>Der Lauf ist fertig.</translation>
    </message>
    <message>
        <source>The run is paused; everything is saved.</source>
        <translation>Der Lauf pausiert; alles ist gespeichert.</translation>
    </message>
    <message>
        <source>The run was cancelled.</source>
        <translation>Der Lauf wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The run was stopped; what was made can be used.</source>
        <translation>Der Lauf wurde angehalten; was entstand, ist brauchbar.</translation>
    </message>
    <message>
        <source>The run&apos;s process ended unexpectedly.</source>
        <translation>Der Prozess des Laufs endete unerwartet.</translation>
    </message>
    <message>
        <source>Use the processor</source>
        <translation>Prozessor benutzen</translation>
    </message>
</context>
<context>
    <name>StatusPresenter</name>
    <message>
        <source>%1 %2 of %3 free</source>
        <translation>%1: %2 von %3 frei</translation>
    </message>
    <message>
        <source>Driver %1</source>
        <translation>Treiber %1</translation>
    </message>
    <message>
        <source>Ending</source>
        <translation>Wird beendet</translation>
    </message>
    <message>
        <source>No NVIDIA GPU was found.</source>
        <translation>Keine NVIDIA-GPU gefunden.</translation>
    </message>
    <message>
        <source>On battery, %1 %</source>
        <translation>Auf Akku, %1 %</translation>
    </message>
    <message numerus="yes">
        <source>Processor, %n cores</source>
        <translation>
            <numerusform>Prozessor, %n Kern</numerusform>
            <numerusform>Prozessor, %n Kerne</numerusform>
        </translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Saving, then pausing</source>
        <translation>Speichert, pausiert dann</translation>
    </message>
    <message>
        <source>Saving, then stopping</source>
        <translation>Speichert, hält dann an</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>VRAM</source>
        <translation>Grafikspeicher</translation>
    </message>
    <message>
        <source>Waiting for the device</source>
        <translation>Wartet auf das Gerät</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>Memory in use</source>
        <translation>Belegter Speicher</translation>
    </message>
    <message>
        <source>Progress of the running job</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>Running job</source>
        <translation>Laufende Arbeit</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
</context>
<context>
    <name>StepCard</name>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Change: %1</source>
        <translation>Ändern: %1</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>needs a look</source>
        <translation>ansehen</translation>
    </message>
</context>
<context>
    <name>TableBlock</name>
    <message>
        <source>Table, %1 rows, %2 columns</source>
        <translation>Tabelle, Zeilen: %1, Spalten: %2</translation>
    </message>
</context>
<context>
    <name>TokenDialog</name>
    <message>
        <source>Access token</source>
        <translation>Zugriffstoken</translation>
    </message>
    <message>
        <source>Access token for the hub</source>
        <translation>Zugriffstoken für den Hub</translation>
    </message>
    <message>
        <source>Asking the hub…</source>
        <translation>Der Hub wird gefragt…</translation>
    </message>
    <message>
        <source>Some models want their terms accepted on their page first. Make an access token with the right to read in your account&apos;s settings and paste it here. It is kept where Hugging Face&apos;s own tools keep it.</source>
        <translation>Bei manchen Modellen müssen erst auf ihrer Seite die Bedingungen angenommen werden. In den Einstellungen des eigenen Kontos ein Zugriffstoken mit Leserecht anlegen und hier einfügen. Es wird dort aufbewahrt, wo auch die Werkzeuge von Hugging Face es tun.</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
</context>
<context>
    <name>TuneStep</name>
    <message>
        <source>%1 passes over the data</source>
        <translation>%1 Durchgänge</translation>
    </message>
    <message numerus="yes">
        <source>%Ln steps</source>
        <translation>
            <numerusform>%Ln Schritt</numerusform>
            <numerusform>%Ln Schritte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passes over the data</source>
        <translation>
            <numerusform>%n Durchgang</numerusform>
            <numerusform>%n Durchgänge</numerusform>
        </translation>
    </message>
    <message>
        <source>Preset %1</source>
        <translation>Voreinstellung %1</translation>
    </message>
    <message>
        <source>own settings</source>
        <translation>eigene Einstellungen</translation>
    </message>
</context>
<context>
    <name>TuneView</name>
    <message>
        <source>Advanced: every setting</source>
        <translation>Erweitert: alle Einstellungen</translation>
    </message>
    <message>
        <source>Advanced: every setting of the recipe</source>
        <translation>Erweitert: alle Einstellungen des Rezepts</translation>
    </message>
</context>
<context>
    <name>Unit</name>
    <message>
        <source>blocks</source>
        <translation>Blöcken</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>matrices</source>
        <translation>Matrizen</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritten</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenstern</translation>
    </message>
</context>
<context>
    <name>Variant</name>
    <message>
        <source>Float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>Quantized</source>
        <translation>Quantisiert</translation>
    </message>
    <message>
        <source>Repaired</source>
        <translation>Repariert</translation>
    </message>
    <message>
        <source>Tuned</source>
        <translation>Feinabgestimmt</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>%1 B</source>
        <translation>%1 Mrd.</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 Mio.</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Feinabstimmung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Sample text</source>
        <translation>Text erzeugen</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Test</translation>
    </message>
</context>
<context>
    <name>WorthALook</name>
    <message>
        <source>Another program may use the device, memory may have spilled, or the laptop is saving power.</source>
        <translation>Ein anderes Programm belegt vielleicht das Gerät, Speicher ist übergelaufen, oder der Laptop spart Strom.</translation>
    </message>
    <message>
        <source>Close other programs that use the card, or take a shorter max length.</source>
        <translation>Andere Programme schließen, die die Karte benutzen, oder eine kleinere größte Länge nehmen.</translation>
    </message>
    <message>
        <source>Start again with a lower learning rate, or with precision bf16 or fp32.</source>
        <translation>Mit kleinerer Lernrate neu beginnen, oder mit Genauigkeit bf16 oder fp32.</translation>
    </message>
    <message>
        <source>Take more bits, or a repair method.</source>
        <translation>Mehr Bits nehmen oder eine Reparatur wählen.</translation>
    </message>
    <message>
        <source>The graphics card&apos;s memory is nearly full ({percent} %).</source>
        <translation>Der Speicher der Grafikkarte ist fast voll ({percent} %).</translation>
    </message>
    <message>
        <source>The model begins to learn the rows by heart. The state of step {step} is kept.</source>
        <translation>Das Modell beginnt, die Zeilen auswendig zu lernen. Der Zustand von Schritt {step} wird behalten.</translation>
    </message>
    <message>
        <source>The rest lies in shared memory and every step waits for it. Take a shorter max length.</source>
        <translation>Der Rest liegt in geteiltem Speicher, und jeder Schritt wartet darauf. Eine kleinere größte Länge nehmen.</translation>
    </message>
    <message>
        <source>The {name} model predicts nothing any more.</source>
        <translation>Das Modell {name} sagt nichts mehr voraus.</translation>
    </message>
    <message>
        <source>This run holds more memory than the graphics card has.</source>
        <translation>Dieser Lauf belegt mehr Speicher, als die Grafikkarte hat.</translation>
    </message>
    <message>
        <source>Training became {factor} times slower at step {step}.</source>
        <translation>Das Training wurde bei Schritt {step} {factor}-mal langsamer.</translation>
    </message>
    <message>
        <source>Validation has been worse than its best {count} times in a row.</source>
        <translation>Die Validierung war {count}-mal in Folge schlechter als ihr bester Wert.</translation>
    </message>
    <message>
        <source>{name} became {value} at step {step}.</source>
        <translation>{name} wurde bei Schritt {step} {value}.</translation>
    </message>
</context>
<context>
    <name>WorthPanel</name>
    <message>
        <source>Nothing so far. A rising loss, a plateau or memory that spills shows up here.</source>
        <translation>Bisher nichts. Ein steigender Verlust, ein Stillstand oder überlaufender Speicher zeigt sich hier.</translation>
    </message>
    <message>
        <source>Worth a look</source>
        <translation>Auffälliges</translation>
    </message>
</context>
<context>
    <name>_Download</name>
    <message>
        <source>%1 (download)</source>
        <translation>%1 (Download)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Download now</source>
        <translation>Jetzt herunterladen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>Fortschritt des Downloads</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
</context>
<context>
    <name>_Scale</name>
    <message>
        <source>Colours from {low} to {high}</source>
        <translation>Farben von {low} bis {high}</translation>
    </message>
</context>
</TS>
