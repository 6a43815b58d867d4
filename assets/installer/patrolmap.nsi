; The Windows installer. Build the program first (python -m PyInstaller build.spec), then:
;   python -m tools.pack.payload --program dist/patrolmap --out dist/payload
;   makensis -INPUTCHARSET UTF8 -DVERSION=0.1.0 -DSOURCE=..\..\dist\payload -DOUTPUT=..\..\dist\patrolmap-0.1.0-setup.exe patrolmap.nsi
; -DSIGN="command" signs installer and uninstaller: the command gets the file's name as its last word; the key stays outside.
;
; For one user (no administrator needed) or for all, chosen on a page or by /CurrentUser and /AllUsers. /S is silent, /D=C:\folder
; (last, no quotation marks) chooses the folder. An older version in the same folder is replaced; settings and projects
; are elsewhere and stay, also when the program is removed. /NOCOMPACT leaves the installed files as large as they are.
; Status: 0 installed, 2 the program runs or the folder is another's, 3 the files could not be unpacked.
; An earlier version goes only when the new one stands; otherwise it is put back.

Unicode true
Target amd64-unicode
SetCompressor lzma ; not solid: the archives inside are packed already
SetCompressorDictSize 64 ; in MB; the installer needs as much memory
ManifestDPIAware true

!ifndef VERSION
  !error "say -DVERSION=..."
!endif
!ifndef SOURCE
  !define SOURCE "..\..\dist\payload"
!endif
!ifndef OUTPUT
  !define OUTPUT "..\..\dist\patrolmap-${VERSION}-setup.exe"
!endif
!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

!define NAME "patrolmap"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define PROGID "patrolmap.project"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}"
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallMode"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_FUNCTION KeepChosen
!include MultiUser.nsh
!include MUI2.nsh
!include FileFunc.nsh

Name "${NAME}"
OutFile "${OUTPUT}"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME} setup"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"

!define MUI_ICON "patrolmap.ico"
!define MUI_UNICON "patrolmap.ico"
!define MUI_ABORTWARNING
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\patrolmap.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "English"

LangString Running ${LANG_SIMPCHINESE} "patrolmap 正在运行。请先关闭它，再继续。"
LangString Running ${LANG_ENGLISH} "patrolmap is running. Close it, then go on."
LangString NotEmpty ${LANG_SIMPCHINESE} "文件夹 $INSTDIR 中已有其他文件。请选择空文件夹，或原来的安装文件夹。"
LangString NotEmpty ${LANG_ENGLISH} "The folder $INSTDIR holds other files. Choose an empty one, or that of the earlier version."
LangString NotUnpacked ${LANG_SIMPCHINESE} "无法在 $INSTDIR 中展开程序文件：磁盘空间不足、安装包损坏，或安全软件阻止了 patrolmap-cli.exe。新文件已删除，原有版本保持不变。请排除问题后重新安装。"
LangString NotUnpacked ${LANG_ENGLISH} "The program could not be unpacked in $INSTDIR: the disk is full, the installer is damaged, or a virus scanner keeps patrolmap-cli.exe from running. The new files are removed again; an earlier version stays as it was. Put that right, then install once more."
LangString Unpacking ${LANG_SIMPCHINESE} "正在展开程序文件……"
LangString Unpacking ${LANG_ENGLISH} "Unpacking the program..."
LangString ProjectFile ${LANG_SIMPCHINESE} "patrolmap 项目"
LangString ProjectFile ${LANG_ENGLISH} "patrolmap project"

Var chosen
Var begun

Function .onInit
  SetRegView 64
  StrCpy $chosen $INSTDIR ; of /D=; what follows would put the usual folder in its place
  !insertmacro MULTIUSER_INIT
FunctionEnd

Function KeepChosen
  StrCmp $chosen "" +2
    StrCpy $INSTDIR $chosen
FunctionEnd

Function un.onInit
  SetRegView 64
  !insertmacro MULTIUSER_UNINIT
FunctionEnd

!macro RequireClosed PREFIX
Function ${PREFIX}RequireClosed
  StrCpy $1 "patrolmap.exe"
  check:
    IfFileExists "$INSTDIR\$1" 0 closed
  again:
    ClearErrors
    FileOpen $0 "$INSTDIR\$1" a ; fails while the program runs
    IfErrors 0 free
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Running)" /SD IDCANCEL IDRETRY again
    SetErrorLevel 2
    Quit
  free:
    FileClose $0
  closed:
    StrCmp $1 "patrolmap-cli.exe" both ; a batch may run with no window open
    StrCpy $1 "patrolmap-cli.exe"
    Goto check
  both:
FunctionEnd
!macroend
!insertmacro RequireClosed ""
!insertmacro RequireClosed "un."

; An earlier version's libraries are put aside: a mixture of two versions would not start. Only a folder of ours is touched.
Function MakeRoom
  IfFileExists "$INSTDIR\patrolmap.exe" ours
  IfFileExists "$INSTDIR\_internal\*.*" 0 done
    MessageBox MB_OK|MB_ICONSTOP "$(NotEmpty)" /SD IDOK
    SetErrorLevel 2
    Quit
  ours:
    RMDir /r "$INSTDIR\_internal.old"
    Rename "$INSTDIR\_internal" "$INSTDIR\_internal.old"
    CopyFiles /SILENT "$INSTDIR\patrolmap*.exe" "$INSTDIR\_internal.old"
  done:
  StrCpy $begun "yes"
FunctionEnd

Function PutBack
  StrCmp $begun "yes" 0 done
  SetOutPath "$TEMP" ; one cannot remove a folder that one is in
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\patrolmap.exe"
  Delete "$INSTDIR\patrolmap-cli.exe"
  RMDir "$INSTDIR" ; if nothing else is there
  IfFileExists "$INSTDIR\_internal.old\*.*" 0 done
    CopyFiles /SILENT "$INSTDIR\_internal.old\patrolmap*.exe" "$INSTDIR"
    Delete "$INSTDIR\_internal.old\patrolmap.exe"
    Delete "$INSTDIR\_internal.old\patrolmap-cli.exe"
    Rename "$INSTDIR\_internal.old" "$INSTDIR\_internal"
  done:
FunctionEnd

Function .onInstFailed ; by a file that cannot be written, for one
  Call PutBack
FunctionEnd

Section "-patrolmap"
  Call RequireClosed
  Call MakeRoom
  SetOutPath "$INSTDIR"
  File /r /x "packed-*.tar" "${SOURCE}\*"
  SetOutPath "$INSTDIR\_internal"
  SetCompress off
  File "${SOURCE}\_internal\packed-*.tar"
  SetCompress auto
  SetOutPath "$INSTDIR"
  DetailPrint "$(Unpacking)"
  nsExec::ExecToLog '"$INSTDIR\patrolmap-cli.exe" --unpack'
  Pop $0
  StrCmp $0 "0" unpacked
    Call PutBack
    MessageBox MB_OK|MB_ICONSTOP "$(NotUnpacked)" /SD IDOK
    SetErrorLevel 3
    Quit
  unpacked:
  RMDir /r "$INSTDIR\_internal.old"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ; Windows 10 and 11 keep a program's files compressed and unpack them as they are read. A drive that cannot do that, or
  ; a Windows without the command, leaves them as they are; the status is on record in any case.
  StrCpy $0 "left out"
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/NOCOMPACT" $2
  IfErrors 0 looked
    nsExec::Exec '"$SYSDIR\compact.exe" /c /i /q /s:"$INSTDIR\_internal" /exe:xpress16k *'
    Pop $0
  looked:
  FileOpen $1 "$INSTDIR\_internal\install.log" w
  FileWrite $1 "patrolmap ${VERSION}$\r$\ncompact: $0$\r$\n"
  FileClose $1
  CreateShortcut "$SMPROGRAMS\patrolmap.lnk" "$INSTDIR\patrolmap.exe"

  ; Beside other programs in "Open with": a GeoPackage is not ours alone.
  WriteRegStr SHCTX "Software\Classes\${PROGID}" "" "$(ProjectFile)"
  WriteRegStr SHCTX "Software\Classes\${PROGID}\DefaultIcon" "" "$INSTDIR\patrolmap.exe,0"
  WriteRegStr SHCTX "Software\Classes\${PROGID}\shell\open\command" "" '"$INSTDIR\patrolmap.exe" "%1"'
  WriteRegStr SHCTX "Software\Classes\.gpkg\OpenWithProgids" "${PROGID}" ""

  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "patrolmap"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\patrolmap.exe"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallMode" "$MultiUser.InstallMode"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" "$0"
SectionEnd

Section "Uninstall"
  Call un.RequireClosed
  RMDir /r "$INSTDIR\_internal.old"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\patrolmap.exe"
  Delete "$INSTDIR\patrolmap-cli.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; stays if somebody keeps projects in it
  Delete "$SMPROGRAMS\patrolmap.lnk"
  DeleteRegValue SHCTX "Software\Classes\.gpkg\OpenWithProgids" "${PROGID}"
  DeleteRegKey SHCTX "Software\Classes\${PROGID}"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
SectionEnd
